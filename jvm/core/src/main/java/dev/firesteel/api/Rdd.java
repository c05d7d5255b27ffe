package dev.firesteel.api;

import dev.firesteel.driver.CallSite;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.types.function.FilterFunction;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.SerializableComparator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resilient distributed dataset: records in partitions, which tasks compute when an action needs
 * them, and compute again when they are lost. It is a recipe: transformations make another RDD and
 * run nothing; actions run jobs. An RDD never changes, and may be used by several threads.
 *
 * <pre>{@code
 * Rdd<String> lines = sc.textFile("README.md");
 * long words = lines.flatMap(line -> List.of(line.split(" ")).iterator()).count();
 * }</pre>
 *
 * <p>Functions are serialized when they are handed over, and each task gets a copy of its own. What
 * a function changes is seen by nobody else, except through {@link Accumulator}s.
 *
 * @param <T> the type of the records
 */
public class Rdd<T> extends PythonOperations<T> {
  Rdd(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    super(context, node, spread);
  }

  /**
   * Keeps the records for which a function says so.
   *
   * @param function says which stay
   * @return an RDD of as many partitions
   */
  public Rdd<T> filter(FilterFunction<? super T> function) {
    return new Rdd<>(context, filtered(function), spread);
  }

  /**
   * Keeps one of each group of equal records.
   *
   * @return an RDD of different records
   */
  public Rdd<T> distinct() {
    return new Rdd<>(context, unique("distinct", context.reducePartitions(this)), null);
  }

  /**
   * Keeps one of each group of equal records.
   *
   * @param numPartitions how many partitions to make
   * @return an RDD of different records
   */
  public Rdd<T> distinct(int numPartitions) {
    return new Rdd<>(context, unique("distinct", Spread.hash(numPartitions).partitions()), null);
  }

  /**
   * Gives the records of this RDD and then those of another.
   *
   * @param other the other; equal records stay
   * @return an RDD of all records
   */
  public Rdd<T> union(Rdd<T> other) {
    String site = CallSite.of("union");
    return new Rdd<>(
        context, united(site, List.of(other)), isSpreadLike(List.of(other)) ? spread : null);
  }

  /**
   * Gives the records that both RDDs have, each once.
   *
   * @param other the other
   * @return an RDD of different records
   */
  public Rdd<T> intersection(Rdd<T> other) {
    return new Rdd<>(context, common(other), null);
  }

  /**
   * Gives the records that another RDD does not have. Equal ones stay.
   *
   * @param other the other
   * @return an RDD of the remaining records
   */
  public Rdd<T> subtract(Rdd<T> other) {
    return new Rdd<>(context, without(other, context.reducePartitions(this, other)), null);
  }

  /**
   * Gives the records that another RDD does not have. Equal ones stay.
   *
   * @param other the other
   * @param numPartitions how many partitions to make
   * @return an RDD of the remaining records
   */
  public Rdd<T> subtract(Rdd<T> other, int numPartitions) {
    return new Rdd<>(context, without(other, numPartitions), null);
  }

  /**
   * Sorts the records by a key that a function gives. Records of equal keys keep their order.
   * Nothing runs until an action needs it.
   *
   * @param <K> the type of what is compared
   * @param key gives what is compared
   * @return an RDD whose partition 0 has the smallest
   */
  public <K extends Comparable<? super K>> Rdd<T> sortBy(MapFunction<? super T, K> key) {
    return sortBy(key, true, context.reducePartitions(this));
  }

  /**
   * Sorts the records by a key that a function gives. Records of equal keys keep their order.
   *
   * @param <K> the type of what is compared
   * @param key gives what is compared
   * @param ascending whether the smallest come first
   * @param numPartitions how many partitions to make
   * @return an RDD in that order
   */
  public <K extends Comparable<? super K>> Rdd<T> sortBy(
      MapFunction<? super T, K> key, boolean ascending, int numPartitions) {
    return new Rdd<>(context, ordered("sortBy", key, null, ascending, numPartitions), null);
  }

  /**
   * Sorts the records. Equal ones keep their order.
   *
   * @param comparator the order
   * @param numPartitions how many partitions to make
   * @return an RDD in that order
   */
  public Rdd<T> sort(SerializableComparator<? super T> comparator, int numPartitions) {
    return new Rdd<>(context, ordered("sort", null, comparator, true, numPartitions), null);
  }

  /**
   * Sorts the records. Equal ones keep their order.
   *
   * @param comparator the order, which must be serializable
   * @param numPartitions how many partitions to make
   * @return an RDD in that order
   */
  public Rdd<T> sort(Comparator<? super T> comparator, int numPartitions) {
    return new Rdd<>(context, ordered("sort", null, comparator, true, numPartitions), null);
  }

  /**
   * Deals the records out evenly over any number of partitions, with a shuffle.
   *
   * @param numPartitions how many partitions to make
   * @return an RDD of the same records in another order
   */
  public Rdd<T> repartition(int numPartitions) {
    return new Rdd<>(context, repartitioned("repartition", numPartitions, true), null);
  }

  /**
   * Brings the records into fewer partitions without a shuffle: one task computes neighbouring ones
   * after another.
   *
   * @param numPartitions how many partitions to make; there are never more than before
   * @return an RDD of the same records in the same order
   */
  public Rdd<T> coalesce(int numPartitions) {
    return coalesce(numPartitions, false);
  }

  /**
   * Brings the records into another number of partitions.
   *
   * @param numPartitions how many partitions to make
   * @param shuffle whether to deal the records out evenly, as {@code repartition} does
   * @return an RDD of the same records
   */
  public Rdd<T> coalesce(int numPartitions, boolean shuffle) {
    return new Rdd<>(context, repartitioned("coalesce", numPartitions, shuffle), null);
  }

  /**
   * Keeps a random part of the records.
   *
   * @param withReplacement whether a record can be drawn several times
   * @param fraction how likely each record is kept; with replacement, how often it is expected
   * @return an RDD that is the same each time it is computed
   */
  public Rdd<T> sample(boolean withReplacement, double fraction) {
    return sample(withReplacement, fraction, newSeed());
  }

  /**
   * Keeps a random part of the records.
   *
   * @param withReplacement whether a record can be drawn several times
   * @param fraction how likely each record is kept; with replacement, how often it is expected
   * @param seed of the random numbers
   * @return an RDD that is the same each time it is computed
   */
  public Rdd<T> sample(boolean withReplacement, double fraction, long seed) {
    return new Rdd<>(context, sampled("sample", withReplacement, fraction, seed), spread);
  }

  /**
   * Splits the records at random: each is in exactly one part.
   *
   * @param weights the parts' expected shares, which need not add up to 1
   * @param seed of the random numbers
   * @return an RDD for each weight
   */
  public List<Rdd<T>> randomSplit(double[] weights, long seed) {
    List<Rdd<T>> parts = new ArrayList<>();
    for (DriverNode part : parts(weights, seed)) {
      parts.add(new Rdd<>(context, part, spread));
    }
    return parts;
  }

  /**
   * Splits the records at random: each is in exactly one part.
   *
   * @param weights the parts' expected shares, which need not add up to 1
   * @return an RDD for each weight
   */
  public List<Rdd<T>> randomSplit(double[] weights) {
    return randomSplit(weights, newSeed());
  }

  /**
   * Gives the RDD a name, for listeners and {@code toDebugString}.
   *
   * @param name the name
   * @return this
   */
  public Rdd<T> setName(String name) {
    node().name(name);
    return this;
  }

  /**
   * Keeps the records as objects in memory once they are computed.
   *
   * @return this
   */
  public Rdd<T> cache() {
    return persist(StorageLevel.MEMORY_ONLY);
  }

  /**
   * Keeps the records once they are computed.
   *
   * @param level where and how
   * @return this
   * @throws IllegalStateException when the RDD is persisted in another way already
   */
  public Rdd<T> persist(StorageLevel level) {
    context.persist(node(), level);
    return this;
  }

  /**
   * Lets go what is kept; it is computed again when it is needed.
   *
   * @return this
   */
  public Rdd<T> unpersist() {
    return unpersist(false);
  }

  /**
   * Lets go what is kept; it is computed again when it is needed.
   *
   * @param blocking whether to wait until files are removed
   * @return this
   */
  public Rdd<T> unpersist(boolean blocking) {
    session().persist(node(), null, blocking);
    return this;
  }

  /**
   * Marks the RDD to be written to the checkpoint directory after the next job that computes it,
   * and read from there from then on, however long its lineage was.
   *
   * @throws IllegalStateException when {@link FiresteelContext#setCheckpointDir} has not been
   *     called
   */
  public void checkpoint() {
    context.checkpoint(node(), true);
  }

  /** Does what {@code checkpoint} does, in the application's own files, which end with it. */
  public void localCheckpoint() {
    context.checkpoint(node(), false);
  }
}
