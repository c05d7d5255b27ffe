package dev.firesteel.interpreter.external;

import dev.firesteel.interpreter.Failures;
import dev.firesteel.interpreter.Partitioning;

/** To which reduce partition a key belongs. */
public interface Partitions {

  /** One partition, of all keys that can be hashed. */
  Partitions ONE = hash(1);

  /** How many there are. */
  int count();

  /** The partition of a key, from 0 on. */
  int of(Object key);

  /** By the hash of the key. */
  static Partitions hash(int count) {
    return new Partitions() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public int of(Object key) {
        return KeyHash.partition(KeyHash.of(key), count);
      }
    };
  }

  /** By a function of the user's. */
  static Partitions custom(int count, Partitioning partitioning) {
    return new Partitions() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public int of(Object key) {
        Integer partition;
        try {
          partition = partitioning.function().call(key);
        } catch (Throwable e) {
          throw Failures.ofUser(partitioning.site(), key, e);
        }
        if (partition == null || partition < 0 || partition >= count) {
          throw new RecordException(
              "the partitioner of "
                  + partitioning.site()
                  + " returned "
                  + partition
                  + "; it must be a number from 0 up to "
                  + (count - 1),
              key);
        }
        return partition;
      }
    };
  }
}
