package dev.firesteel.api;

import dev.firesteel.driver.CombinedNode;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.operations.Pipe;
import dev.firesteel.operations.Placement;
import dev.firesteel.types.NotSerializableException;
import dev.firesteel.types.Pair;
import dev.firesteel.types.function.DoubleFunction;
import dev.firesteel.types.function.FilterFunction;
import dev.firesteel.types.function.FlatMapFunction;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.MapPartitionsFunction;
import dev.firesteel.types.function.MapPartitionsWithIndexFunction;
import dev.firesteel.types.function.PairFlatMapFunction;
import dev.firesteel.types.function.PairFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The transformations that need no shuffle.
 *
 * @param <T> the type of the records
 */
abstract class NarrowOperations<T> extends RddBase<T> {
  NarrowOperations(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    super(context, node, spread);
  }

  /**
   * Makes one record of each.
   *
   * @param <R> the type of the new records
   * @param function makes a record
   * @return an RDD of as many records
   * @throws NotSerializableException when the function can't be sent to tasks
   */
  public <R> Rdd<R> map(MapFunction<? super T, ? extends R> function) {
    String site = checked("map", function);
    return new Rdd<>(context, stepped("map", site, Functions.map(function)), null);
  }

  /**
   * Makes any number of records of each.
   *
   * @param <R> the type of the new records
   * @param function makes the records
   * @return an RDD of all of them, in their order
   */
  public <R> Rdd<R> flatMap(FlatMapFunction<? super T, R> function) {
    String site = checked("flatMap", function);
    return new Rdd<>(context, stepped("flatMap", site, Functions.flatMap(function)), null);
  }

  /** The node of a filter. */
  final DriverNode filtered(FilterFunction<? super T> function) {
    String site = checked("filter", function);
    return stepped("filter", site, Functions.filter(function));
  }

  /**
   * Makes a key and a value of each record.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @param function makes the pair
   * @return an RDD of pairs
   */
  public <K, V> PairRdd<K, V> mapToPair(PairFunction<? super T, K, V> function) {
    String site = checked("mapToPair", function);
    PairFunction<T, K, V> of = Unchecked.cast(function);
    MapFunction<T, Pair<K, V>> pairing = of::call;
    return new PairRdd<>(context, stepped("mapToPair", site, Functions.map(pairing)), null);
  }

  /**
   * Makes any number of pairs of each record.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @param function makes the pairs
   * @return an RDD of pairs
   */
  public <K, V> PairRdd<K, V> flatMapToPair(PairFlatMapFunction<? super T, K, V> function) {
    String site = checked("flatMapToPair", function);
    PairFlatMapFunction<T, K, V> of = Unchecked.cast(function);
    FlatMapFunction<T, Pair<K, V>> pairing = of::call;
    return new PairRdd<>(context, stepped("flatMapToPair", site, Functions.flatMap(pairing)), null);
  }

  /**
   * Makes a number of each record.
   *
   * @param function makes the number
   * @return an RDD of numbers, with sums, means and histograms
   */
  public DoubleRdd mapToDouble(DoubleFunction<? super T> function) {
    String site = checked("mapToDouble", function);
    DoubleFunction<T> of = Unchecked.cast(function);
    MapFunction<T, Double> number = of::call;
    return new DoubleRdd(context, stepped("mapToDouble", site, Functions.map(number)));
  }

  /**
   * Makes records of each whole partition.
   *
   * @param <R> the type of the new records
   * @param function makes the records; it is called once for each partition
   * @return an RDD of as many partitions
   */
  public <R> Rdd<R> mapPartitions(MapPartitionsFunction<T, R> function) {
    String site = checked("mapPartitions", function);
    return new Rdd<>(
        context, stepped("mapPartitions", site, Functions.mapPartitions(function)), null);
  }

  /**
   * Makes records of each whole partition, and knows which it is.
   *
   * @param <R> the type of the new records
   * @param function makes the records; it is called once for each partition
   * @param preservesPartitioning whether keys, if the records are pairs, stay as they are
   * @return an RDD of as many partitions
   */
  public <R> Rdd<R> mapPartitionsWithIndex(
      MapPartitionsWithIndexFunction<T, R> function, boolean preservesPartitioning) {
    String site = checked("mapPartitionsWithIndex", function);
    PartitionFunction step = Functions.mapPartitionsWithIndex(function);
    return new Rdd<>(
        context,
        stepped("mapPartitionsWithIndex", site, step),
        preservesPartitioning ? spread : null);
  }

  /**
   * Makes records of each whole partition, and knows which it is.
   *
   * @param <R> the type of the new records
   * @param function makes the records; it is called once for each partition
   * @return an RDD of as many partitions
   */
  public <R> Rdd<R> mapPartitionsWithIndex(MapPartitionsWithIndexFunction<T, R> function) {
    return mapPartitionsWithIndex(function, false);
  }

  /**
   * Makes pairs of each whole partition.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @param function makes the pairs; it is called once for each partition
   * @return an RDD of pairs
   */
  public <K, V> PairRdd<K, V> mapPartitionsToPair(MapPartitionsFunction<T, Pair<K, V>> function) {
    String site = checked("mapPartitionsToPair", function);
    return new PairRdd<>(
        context, stepped("mapPartitionsToPair", site, Functions.mapPartitions(function)), null);
  }

  /**
   * Pairs each record with a key.
   *
   * @param <K> the type of the keys
   * @param function gives the key of a record
   * @return an RDD of (key, record)
   */
  public <K> PairRdd<K, T> keyBy(MapFunction<? super T, ? extends K> function) {
    String site = checked("keyBy", function);
    return new PairRdd<>(context, stepped("keyBy", site, Functions.keyBy(function)), null);
  }

  /**
   * Makes one list of each partition.
   *
   * @return an RDD of as many lists as there are partitions
   */
  public Rdd<List<T>> glom() {
    String site = checked("glom");
    return new Rdd<>(context, stepped("glom", site, Functions.glom()), null);
  }

  /**
   * Sends each partition through a program: the texts of the records are the lines that it reads,
   * the lines that it writes are the new records.
   *
   * @param command the program and its arguments
   * @return an RDD of lines
   */
  public Rdd<String> pipe(List<String> command) {
    return pipe(command, Map.of());
  }

  /**
   * Sends each partition through a program, with variables in its environment.
   *
   * @param command the program and its arguments
   * @param environment variables, beside those of this process
   * @return an RDD of lines
   * @throws IllegalArgumentException when the command is empty
   */
  public Rdd<String> pipe(List<String> command, Map<String, String> environment) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("pipe needs a program to run, and got an empty command");
    }
    String site = checked("pipe");
    Pipe step = new Pipe(new ArrayList<>(command), new HashMap<>(environment));
    return new Rdd<>(context, stepped("pipe", site, step), null);
  }

  /**
   * Pairs the records that stand at the same place of two RDDs.
   *
   * @param <U> the type of the other's records
   * @param other of as many partitions, each with as many records; a difference in the records
   *     fails the job
   * @return an RDD of pairs
   * @throws IllegalArgumentException when the numbers of partitions differ
   */
  public <U> PairRdd<T, U> zip(Rdd<U> other) {
    String site = checked("zip");
    int here = getNumPartitions();
    int there = other.getNumPartitions();
    if (here != there) {
      throw new IllegalArgumentException(
          "%s needs RDDs of as many partitions: this one has %d, the other %d. To pair records by position, join zipWithIndex() of both."
              .formatted(site, here, there));
    }
    return new PairRdd<>(context, combined(CombinedNode.How.ZIPPED, site, other), null);
  }

  /**
   * Pairs each record with each record of another RDD.
   *
   * @param <U> the type of the other's records
   * @param other the right side
   * @return an RDD of as many partitions as both numbers multiplied
   */
  public <U> PairRdd<T, U> cartesian(Rdd<U> other) {
    String site = checked("cartesian");
    return new PairRdd<>(context, combined(CombinedNode.How.PRODUCT, site, other), null);
  }

  /**
   * Pairs each record with its place, counted over all partitions. With more than one partition, a
   * job counts the records of all but the last now.
   *
   * @return an RDD of (record, place)
   */
  public PairRdd<T, Long> zipWithIndex() {
    String site = checked("zipWithIndex");
    int partitions = getNumPartitions();
    long[] starts = new long[Math.max(partitions, 1)];
    if (partitions > 1) {
      List<Integer> counted = new ArrayList<>();
      for (int partition = 0; partition < partitions - 1; partition++) {
        counted.add(partition);
      }
      long[] counts = context.counts(asJava(), counted, site);
      for (int partition = 1; partition < partitions; partition++) {
        starts[partition] = starts[partition - 1] + counts[partition - 1];
      }
    }
    return new PairRdd<>(context, stepped("zipWithIndex", site, Placement.places(starts)), null);
  }

  /**
   * Pairs each record with a number of its own, without a job; the numbers have gaps. Record i of
   * partition k of n gets {@code i * n + k}.
   *
   * @return an RDD of (record, number)
   */
  public PairRdd<T, Long> zipWithUniqueId() {
    String site = checked("zipWithUniqueId");
    PartitionFunction step = Placement.spaced(getNumPartitions());
    return new PairRdd<>(context, stepped("zipWithUniqueId", site, step), null);
  }
}
