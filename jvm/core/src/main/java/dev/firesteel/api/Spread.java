package dev.firesteel.api;

import dev.firesteel.driver.DriverClosure;
import dev.firesteel.driver.DriverShuffle.Spreading;
import dev.firesteel.interpreter.Partitioning;
import org.jspecify.annotations.Nullable;

/**
 * How the keys of an RDD are spread over its partitions.
 *
 * @param partitions how many there are
 * @param custom the user's partitioner, or null for the hash of the key
 */
record Spread(int partitions, @Nullable Partitioner<?> custom) {

  /** By the hash of the key. */
  static Spread hash(int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "the number of partitions must be at least 1, not " + partitions);
    }
    return new Spread(partitions, null);
  }

  /** By a partitioner of the user's. */
  static Spread of(Partitioner<?> partitioner) {
    int partitions = partitioner.partitions();
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "a partitioner must have at least 1 partition, not " + partitions);
    }
    return new Spread(partitions, partitioner);
  }

  /** What map tasks do. */
  Spreading spreading(String site) {
    if (custom == null) {
      return new Spreading.Hash();
    }
    Partitioner<Object> partitioner = Unchecked.cast(custom);
    return new Spreading.Custom(
        DriverClosure.java(new Partitioning(partitioner::partition, site), site));
  }
}
