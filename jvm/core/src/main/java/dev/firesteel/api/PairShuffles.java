package dev.firesteel.api;

import dev.firesteel.driver.DriverNode;
import dev.firesteel.interpreter.Combiner;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.interpreter.external.KeyHash;
import dev.firesteel.operations.Placement;
import dev.firesteel.operations.Reductions;
import dev.firesteel.operations.Sampling;
import dev.firesteel.operations.Zero;
import dev.firesteel.types.Pair;
import dev.firesteel.types.function.FlatMapFunction;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.MapFunction2;
import dev.firesteel.types.function.ReduceFunction;
import dev.firesteel.types.function.SerializableComparator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What works on the keys of pairs: values, combining and grouping by key, order, look-up.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
abstract class PairShuffles<K, V> extends Rdd<Pair<K, V>> {
  PairShuffles(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    super(context, node, spread);
  }

  /** Returns the keys. */
  public Rdd<K> keys() {
    return new Rdd<>(context, stepped("keys", checked("keys"), Functions.keys()), null);
  }

  /** Returns the values. */
  public Rdd<V> values() {
    return new Rdd<>(context, stepped("values", checked("values"), Functions.values()), null);
  }

  /**
   * Makes a new value of each, and leaves the keys as they are; so the pairs stay spread as they
   * are, too.
   *
   * @param <W> the type of the new values
   * @param function makes a value
   * @return an RDD of as many pairs
   */
  public <W> PairRdd<K, W> mapValues(MapFunction<? super V, ? extends W> function) {
    String site = checked("mapValues", function);
    return new PairRdd<>(
        context, stepped("mapValues", site, Functions.mapValues(function)), spread);
  }

  /**
   * Makes any number of values of each, all with its key.
   *
   * @param <W> the type of the new values
   * @param function makes the values
   * @return an RDD of pairs
   */
  public <W> PairRdd<K, W> flatMapValues(FlatMapFunction<? super V, W> function) {
    String site = checked("flatMapValues", function);
    return new PairRdd<>(
        context, stepped("flatMapValues", site, Functions.flatMapValues(function)), spread);
  }

  /**
   * Spreads the pairs over partitions by the hash of the key; without effect when they are spread
   * that way already.
   *
   * @param numPartitions how many partitions to make
   * @return an RDD of the same pairs
   */
  public PairRdd<K, V> partitionBy(int numPartitions) {
    return spreadBy(Spread.hash(numPartitions), checked("partitionBy"));
  }

  /**
   * Spreads the pairs over partitions; without effect when they are spread that way already.
   *
   * @param partitioner says where each key goes
   * @return an RDD of the same pairs
   */
  public PairRdd<K, V> partitionBy(Partitioner<? super K> partitioner) {
    String site = checked("partitionBy", partitioner);
    return spreadBy(Spread.of(partitioner), site);
  }

  private PairRdd<K, V> spreadBy(Spread wanted, String site) {
    DriverNode node = new Shuffles(session(), "partitionBy", site).plain(asJava(), spread, wanted);
    return new PairRdd<>(context, node, wanted);
  }

  /**
   * Reduces the values of each key to one: first where they are, then after the shuffle.
   *
   * @param function associative and commutative
   * @return an RDD with one pair for each key
   */
  public PairRdd<K, V> reduceByKey(ReduceFunction<V> function) {
    return reduced(function, context.spread(this));
  }

  /**
   * Reduces the values of each key to one.
   *
   * @param function associative and commutative
   * @param numPartitions how many partitions to make
   * @return an RDD with one pair for each key
   */
  public PairRdd<K, V> reduceByKey(ReduceFunction<V> function, int numPartitions) {
    return reduced(function, Spread.hash(numPartitions));
  }

  /**
   * Reduces the values of each key to one.
   *
   * @param partitioner says where each key goes
   * @param function associative and commutative
   * @return an RDD with one pair for each key
   */
  public PairRdd<K, V> reduceByKey(Partitioner<? super K> partitioner, ReduceFunction<V> function) {
    return reduced(function, Spread.of(partitioner));
  }

  private PairRdd<K, V> reduced(ReduceFunction<V> function, Spread wanted) {
    MapFunction<V, V> create = value -> value;
    MapFunction2<V, V, V> merge = function::call;
    return combined("reduceByKey", create, merge, merge, wanted, function);
  }

  /**
   * Reduces the values of each key to one, beginning with a zero value.
   *
   * @param zero neutral for the function; each key starts from a copy
   * @param function associative and commutative
   * @return an RDD with one pair for each key
   */
  public PairRdd<K, V> foldByKey(V zero, ReduceFunction<V> function) {
    return foldByKey(zero, context.spread(this), function);
  }

  /**
   * Reduces the values of each key to one, beginning with a zero value.
   *
   * @param zero neutral for the function; each key starts from a copy
   * @param numPartitions how many partitions to make
   * @param function associative and commutative
   * @return an RDD with one pair for each key
   */
  public PairRdd<K, V> foldByKey(V zero, int numPartitions, ReduceFunction<V> function) {
    return foldByKey(zero, Spread.hash(numPartitions), function);
  }

  private PairRdd<K, V> foldByKey(V zero, Spread wanted, ReduceFunction<V> function) {
    MapFunction2<V, V, V> merge = function::call;
    return started("foldByKey", zero, merge, merge, wanted, function, function);
  }

  /**
   * Combines the values of each key into something of another type.
   *
   * @param <U> the type of the results
   * @param zero what each key starts from, a copy of it
   * @param add adds a value
   * @param merge merges two results
   * @return an RDD with one pair for each key
   */
  public <U> PairRdd<K, U> aggregateByKey(
      U zero, MapFunction2<U, ? super V, U> add, MapFunction2<U, U, U> merge) {
    return started("aggregateByKey", zero, add, merge, context.spread(this), add, merge);
  }

  /**
   * Combines the values of each key into something of another type.
   *
   * @param <U> the type of the results
   * @param zero what each key starts from, a copy of it
   * @param numPartitions how many partitions to make
   * @param add adds a value
   * @param merge merges two results
   * @return an RDD with one pair for each key
   */
  public <U> PairRdd<K, U> aggregateByKey(
      U zero, int numPartitions, MapFunction2<U, ? super V, U> add, MapFunction2<U, U, U> merge) {
    return started("aggregateByKey", zero, add, merge, Spread.hash(numPartitions), add, merge);
  }

  private <U> PairRdd<K, U> started(
      String operation,
      U zero,
      MapFunction2<U, ? super V, U> add,
      MapFunction2<U, U, U> merge,
      Spread wanted,
      Object addOfUser,
      Object mergeOfUser) {
    Zero start = new Zero(zero);
    MapFunction2<U, V, U> adding = Unchecked.cast(add);
    MapFunction<V, U> create = value -> adding.call(Unchecked.cast(start.fresh()), value);
    return combined(operation, create, adding, merge, wanted, start, addOfUser, mergeOfUser);
  }

  /**
   * Combines the values of each key into something of another type.
   *
   * @param <C> the type of the results
   * @param create makes a result of a key's first value
   * @param add adds a value
   * @param merge merges two results
   * @return an RDD with one pair for each key
   */
  public <C> PairRdd<K, C> combineByKey(
      MapFunction<? super V, C> create,
      MapFunction2<C, ? super V, C> add,
      MapFunction2<C, C, C> merge) {
    return combined("combineByKey", create, add, merge, context.spread(this), create, add, merge);
  }

  /**
   * Combines the values of each key into something of another type.
   *
   * @param <C> the type of the results
   * @param create makes a result of a key's first value
   * @param add adds a value
   * @param merge merges two results
   * @param numPartitions how many partitions to make
   * @return an RDD with one pair for each key
   */
  public <C> PairRdd<K, C> combineByKey(
      MapFunction<? super V, C> create,
      MapFunction2<C, ? super V, C> add,
      MapFunction2<C, C, C> merge,
      int numPartitions) {
    Spread wanted = Spread.hash(numPartitions);
    return combined("combineByKey", create, add, merge, wanted, create, add, merge);
  }

  private <C> PairRdd<K, C> combined(
      String operation,
      MapFunction<? super V, C> create,
      MapFunction2<C, ? super V, C> add,
      MapFunction2<C, C, C> merge,
      Spread wanted,
      Object... ofUser) {
    String site = checked(operation, ofUser);
    Shuffles shuffles = new Shuffles(session(), operation, site);
    Combiner combiner = shuffles.combiner(create, add, merge);
    return new PairRdd<>(context, shuffles.combined(asJava(), spread, wanted, combiner), wanted);
  }

  /**
   * Brings the values of each key together. To combine them, {@code reduceByKey} is much quicker.
   *
   * @return an RDD of (key, its values)
   */
  public PairRdd<K, Iterable<V>> groupByKey() {
    return grouped(context.spread(this));
  }

  /**
   * Brings the values of each key together.
   *
   * @param numPartitions how many partitions to make
   * @return an RDD of (key, its values)
   */
  public PairRdd<K, Iterable<V>> groupByKey(int numPartitions) {
    return grouped(Spread.hash(numPartitions));
  }

  /**
   * Brings the values of each key together.
   *
   * @param partitioner says where each key goes
   * @return an RDD of (key, its values)
   */
  public PairRdd<K, Iterable<V>> groupByKey(Partitioner<? super K> partitioner) {
    return grouped(Spread.of(partitioner));
  }

  private PairRdd<K, Iterable<V>> grouped(Spread wanted) {
    String site = checked("groupByKey");
    DriverNode node = new Shuffles(session(), "groupByKey", site).grouped(asJava(), spread, wanted);
    return new PairRdd<>(context, node, wanted);
  }

  /**
   * Sorts the pairs by key, the smallest first. Pairs of equal keys keep their order. Nothing runs
   * until an action needs it.
   *
   * @return an RDD whose partition 0 has the smallest keys; the keys must be comparable
   */
  public PairRdd<K, V> sortByKey() {
    return sorted(null, true, context.reducePartitions(this));
  }

  /**
   * Sorts the pairs by key.
   *
   * @param ascending whether the smallest come first
   * @return an RDD in that order
   */
  public PairRdd<K, V> sortByKey(boolean ascending) {
    return sorted(null, ascending, context.reducePartitions(this));
  }

  /**
   * Sorts the pairs by key.
   *
   * @param ascending whether the smallest come first
   * @param numPartitions how many partitions to make
   * @return an RDD in that order
   */
  public PairRdd<K, V> sortByKey(boolean ascending, int numPartitions) {
    return sorted(null, ascending, numPartitions);
  }

  /**
   * Sorts the pairs by key.
   *
   * @param comparator the order, which must be serializable
   * @return an RDD in that order
   */
  public PairRdd<K, V> sortByKey(Comparator<? super K> comparator) {
    return sorted(comparator, true, context.reducePartitions(this));
  }

  /**
   * Sorts the pairs by key.
   *
   * @param comparator the order
   * @return an RDD in that order
   */
  public PairRdd<K, V> sortByKey(SerializableComparator<? super K> comparator) {
    return sorted(comparator, true, context.reducePartitions(this));
  }

  private PairRdd<K, V> sorted(
      @Nullable Comparator<?> comparator, boolean ascending, int partitions) {
    MapFunction<Pair<K, V>, K> key = Pair::key;
    return new PairRdd<>(
        context, ordered("sortByKey", key, comparator, ascending, partitions), null);
  }

  /**
   * Keeps a random part of the pairs, of each key another.
   *
   * @param withReplacement whether a pair can be drawn several times
   * @param fractions how likely the pairs of each key are kept; a pair whose key is missing fails
   *     the job
   * @param seed of the random numbers
   * @return an RDD of pairs
   */
  public PairRdd<K, V> sampleByKey(boolean withReplacement, Map<K, Double> fractions, long seed) {
    Map<K, Double> copy = new HashMap<>(fractions);
    String site = checked("sampleByKey", copy);
    copy.values().forEach(fraction -> requireFraction(withReplacement, fraction, site));
    DriverNode node =
        stepped(
            "sampleByKey",
            site,
            withReplacement ? Sampling.poissonByKey(copy, seed) : Sampling.shareByKey(copy, seed));
    return new PairRdd<>(context, node, spread);
  }

  /**
   * Brings the pairs to the driver as a map. Of several values of a key the last stays.
   *
   * @return a map that is the caller's own
   */
  public Map<K, V> collectAsMap() {
    Map<K, V> found = new HashMap<>();
    for (Object[] partition : context.collect(asJava(), null, checked("collectAsMap"), null)) {
      for (Object record : partition) {
        Pair<K, V> pair = Unchecked.cast(record);
        found.put(pair.key(), pair.value());
      }
    }
    return found;
  }

  /** Counts the pairs of each key, and brings the counts to the driver. */
  public Map<K, Long> countByKey() {
    return keys().countByValue();
  }

  /**
   * Reduces the values of each key to one, and brings the result to the driver.
   *
   * @param function associative and commutative
   */
  public Map<K, V> reduceByKeyLocally(ReduceFunction<V> function) {
    String site = checked("reduceByKeyLocally", function);
    List<Map<K, V>> parts =
        Unchecked.cast(gathered("reduceByKeyLocally", site, Reductions.reduceByKey(function)));
    return InDriver.merge(parts, function, site);
  }

  /**
   * Brings the values of a key to the driver. When it is known how the keys are spread, one
   * partition is searched.
   *
   * @param key the key
   * @return its values
   */
  public List<V> lookup(K key) {
    String site = checked("lookup");
    List<Integer> partitions = null;
    if (spread != null) {
      Partitioner<Object> custom = spread.custom() == null ? null : Unchecked.cast(spread.custom());
      int partition =
          custom == null
              ? KeyHash.partition(KeyHash.of(key), spread.partitions())
              : custom.partition(key);
      partitions = List.of(partition);
    }
    DriverNode target = stepped("lookup", site, Placement.valuesOf(key));
    List<Object> found = new ArrayList<>();
    for (Object[] records : context.collect(target, partitions, site, null)) {
      Collections.addAll(found, records);
    }
    return Unchecked.cast(found);
  }
}
