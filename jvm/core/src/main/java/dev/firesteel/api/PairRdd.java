package dev.firesteel.api;

import dev.firesteel.driver.CombinedNode;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.operations.Joins;
import dev.firesteel.types.Pair;
import dev.firesteel.types.function.FilterFunction;
import dev.firesteel.types.function.FlatMapFunction;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.SerializableComparator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An RDD of pairs of a key and a value. It knows how its keys are spread over the partitions, where
 * a shuffle has spread them: what needs them spread that way, such as a join with an RDD that is
 * spread alike, then takes no shuffle.
 *
 * <pre>{@code
 * PairRdd<String, Long> counts = words.mapToPair(word -> Pair.of(word, 1L)).reduceByKey(Long::sum);
 * Map<String, Long> map = counts.collectAsMap();
 * }</pre>
 *
 * @param <K> the type of the keys, whose {@code equals} and {@code hashCode} tell them apart
 * @param <V> the type of the values
 */
public final class PairRdd<K, V> extends PairShuffles<K, V> {
  PairRdd(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    super(context, node, spread);
  }

  /**
   * Takes an RDD of pairs for what it is.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @param rdd an RDD of pairs
   * @return the same records
   */
  public static <K, V> PairRdd<K, V> of(Rdd<Pair<K, V>> rdd) {
    return rdd instanceof PairRdd<K, V> known
        ? known
        : new PairRdd<>(rdd.context, rdd.node(), rdd.spread);
  }

  /**
   * Pairs the values of keys that both RDDs have: each left one with each right one.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @return an RDD of (key, (left value, right value))
   */
  public <W> PairRdd<K, Pair<V, W>> join(PairRdd<K, W> other) {
    return joined("join", other, context.spread(this, other), Joins.pairs(false, false));
  }

  /**
   * Pairs the values of keys that both RDDs have.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @param numPartitions how many partitions to make
   * @return an RDD of (key, (left value, right value))
   */
  public <W> PairRdd<K, Pair<V, W>> join(PairRdd<K, W> other, int numPartitions) {
    return joined("join", other, Spread.hash(numPartitions), Joins.pairs(false, false));
  }

  /**
   * Pairs the values of keys that both RDDs have.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @param partitioner says where each key goes
   * @return an RDD of (key, (left value, right value))
   */
  public <W> PairRdd<K, Pair<V, W>> join(PairRdd<K, W> other, Partitioner<? super K> partitioner) {
    return joined("join", other, Spread.of(partitioner), Joins.pairs(false, false));
  }

  /**
   * Joins, and keeps the left values without a partner, paired with null.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @return an RDD of (key, (left value, right value or null))
   */
  public <W> PairRdd<K, Pair<V, @Nullable W>> leftOuterJoin(PairRdd<K, W> other) {
    return joined("leftOuterJoin", other, context.spread(this, other), Joins.pairs(true, false));
  }

  /**
   * Joins, and keeps the left values without a partner, paired with null.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @param numPartitions how many partitions to make
   * @return an RDD of (key, (left value, right value or null))
   */
  public <W> PairRdd<K, Pair<V, @Nullable W>> leftOuterJoin(
      PairRdd<K, W> other, int numPartitions) {
    return joined("leftOuterJoin", other, Spread.hash(numPartitions), Joins.pairs(true, false));
  }

  /**
   * Joins, and keeps the right values without a partner, paired with null.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @return an RDD of (key, (left value or null, right value))
   */
  public <W> PairRdd<K, Pair<@Nullable V, W>> rightOuterJoin(PairRdd<K, W> other) {
    return joined("rightOuterJoin", other, context.spread(this, other), Joins.pairs(false, true));
  }

  /**
   * Joins, and keeps the right values without a partner, paired with null.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @param numPartitions how many partitions to make
   * @return an RDD of (key, (left value or null, right value))
   */
  public <W> PairRdd<K, Pair<@Nullable V, W>> rightOuterJoin(
      PairRdd<K, W> other, int numPartitions) {
    return joined("rightOuterJoin", other, Spread.hash(numPartitions), Joins.pairs(false, true));
  }

  /**
   * Joins, and keeps the values without a partner of both sides, paired with null.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @return an RDD of (key, (left value or null, right value or null))
   */
  public <W> PairRdd<K, Pair<@Nullable V, @Nullable W>> fullOuterJoin(PairRdd<K, W> other) {
    return joined("fullOuterJoin", other, context.spread(this, other), Joins.pairs(true, true));
  }

  /**
   * Joins, and keeps the values without a partner of both sides, paired with null.
   *
   * @param <W> the type of the other's values
   * @param other the right side
   * @param numPartitions how many partitions to make
   * @return an RDD of (key, (left value or null, right value or null))
   */
  public <W> PairRdd<K, Pair<@Nullable V, @Nullable W>> fullOuterJoin(
      PairRdd<K, W> other, int numPartitions) {
    return joined("fullOuterJoin", other, Spread.hash(numPartitions), Joins.pairs(true, true));
  }

  private <W, R> PairRdd<K, R> joined(
      String operation,
      PairRdd<K, W> other,
      Spread wanted,
      FlatMapFunction<Iterable<Object>, Object> pairs) {
    String site = checked(operation);
    DriverNode grouped = together(operation, site, List.of(other), wanted);
    return new PairRdd<>(
        context,
        stepped(session(), grouped, operation, site, Functions.flatMapValues(pairs)),
        wanted);
  }

  /** Tags the values of each RDD and groups them all by key; what is spread so is not shuffled. */
  private DriverNode together(
      String operation, String site, List<? extends PairRdd<K, ?>> others, Spread wanted) {
    List<PairRdd<K, ?>> all = new ArrayList<>();
    all.add(this);
    all.addAll(others);
    Shuffles shuffles = new Shuffles(session(), operation, site);
    boolean aligned = all.stream().anyMatch(rdd -> wanted.equals(rdd.spread));
    List<DriverNode> tagged = new ArrayList<>();
    for (int side = 0; side < all.size(); side++) {
      PairRdd<K, ?> rdd = all.get(side);
      requireSameContext(rdd, site);
      DriverNode values = shuffles.step(rdd.asJava(), Functions.mapValues(Joins.tag(side)));
      tagged.add(aligned ? shuffles.plain(values, rdd.spread, wanted) : values);
    }
    CombinedNode.How how = aligned ? CombinedNode.How.ALIGNED : CombinedNode.How.UNION;
    DriverNode both = new CombinedNode(session().nextNode(), site, how, tagged);
    return shuffles.grouped(both, aligned ? wanted : null, wanted);
  }

  /**
   * Gives, for each key of either RDD, the values that each of them has.
   *
   * @param <W> the type of the other's values
   * @param other the other
   * @return an RDD of (key, (left values, right values))
   */
  public <W> PairRdd<K, Pair<Iterable<V>, Iterable<W>>> cogroup(PairRdd<K, W> other) {
    return cogrouped(other, context.spread(this, other));
  }

  /**
   * Gives, for each key of either RDD, the values that each of them has.
   *
   * @param <W> the type of the other's values
   * @param other the other
   * @param numPartitions how many partitions to make
   * @return an RDD of (key, (left values, right values))
   */
  public <W> PairRdd<K, Pair<Iterable<V>, Iterable<W>>> cogroup(
      PairRdd<K, W> other, int numPartitions) {
    return cogrouped(other, Spread.hash(numPartitions));
  }

  private <W> PairRdd<K, Pair<Iterable<V>, Iterable<W>>> cogrouped(
      PairRdd<K, W> other, Spread wanted) {
    String site = checked("cogroup");
    DriverNode grouped = together("cogroup", site, List.of(other), wanted);
    return new PairRdd<>(
        context,
        stepped(session(), grouped, "cogroup", site, Functions.mapValues(Joins.two())),
        wanted);
  }

  /**
   * Gives, for each key of any of several RDDs, the values that each of them has.
   *
   * @param others the others
   * @return an RDD of (key, list with the values of this RDD and then of each other)
   */
  public PairRdd<K, List<Iterable<?>>> groupWith(List<? extends PairRdd<K, ?>> others) {
    String site = checked("groupWith");
    List<RddBase<?>> all = new ArrayList<>(others);
    all.add(0, this);
    Spread wanted = context.spread(all.toArray(RddBase<?>[]::new));
    DriverNode grouped = together("groupWith", site, others, wanted);
    return new PairRdd<>(
        context,
        stepped(session(), grouped, "groupWith", site, Functions.mapValues(Joins.all(all.size()))),
        wanted);
  }

  /**
   * Keeps the pairs whose key another RDD does not have.
   *
   * @param other the other
   * @return an RDD of pairs
   */
  public PairRdd<K, V> subtractByKey(PairRdd<K, ?> other) {
    return subtracted(other, context.spread(this, other));
  }

  /**
   * Keeps the pairs whose key another RDD does not have.
   *
   * @param other the other
   * @param numPartitions how many partitions to make
   * @return an RDD of pairs
   */
  public PairRdd<K, V> subtractByKey(PairRdd<K, ?> other, int numPartitions) {
    return subtracted(other, Spread.hash(numPartitions));
  }

  private PairRdd<K, V> subtracted(PairRdd<K, ?> other, Spread wanted) {
    String site = checked("subtractByKey");
    DriverNode grouped = together("subtractByKey", site, List.of(other), wanted);
    return new PairRdd<>(
        context,
        stepped(
            session(), grouped, "subtractByKey", site, Functions.flatMapValues(Joins.unmatched())),
        wanted);
  }

  @Override
  public PairRdd<K, V> filter(FilterFunction<? super Pair<K, V>> function) {
    return new PairRdd<>(context, filtered(function), spread);
  }

  @Override
  public PairRdd<K, V> distinct() {
    return of(super.distinct());
  }

  @Override
  public PairRdd<K, V> distinct(int numPartitions) {
    return of(super.distinct(numPartitions));
  }

  @Override
  public PairRdd<K, V> union(Rdd<Pair<K, V>> other) {
    return of(super.union(other));
  }

  @Override
  public PairRdd<K, V> intersection(Rdd<Pair<K, V>> other) {
    return of(super.intersection(other));
  }

  @Override
  public PairRdd<K, V> subtract(Rdd<Pair<K, V>> other) {
    return of(super.subtract(other));
  }

  @Override
  public PairRdd<K, V> subtract(Rdd<Pair<K, V>> other, int numPartitions) {
    return of(super.subtract(other, numPartitions));
  }

  @Override
  public <C extends Comparable<? super C>> PairRdd<K, V> sortBy(
      MapFunction<? super Pair<K, V>, C> key) {
    return of(super.sortBy(key));
  }

  @Override
  public <C extends Comparable<? super C>> PairRdd<K, V> sortBy(
      MapFunction<? super Pair<K, V>, C> key, boolean ascending, int numPartitions) {
    return of(super.sortBy(key, ascending, numPartitions));
  }

  @Override
  public PairRdd<K, V> sort(
      SerializableComparator<? super Pair<K, V>> comparator, int numPartitions) {
    return of(super.sort(comparator, numPartitions));
  }

  @Override
  public PairRdd<K, V> sort(Comparator<? super Pair<K, V>> comparator, int numPartitions) {
    return of(super.sort(comparator, numPartitions));
  }

  @Override
  public PairRdd<K, V> repartition(int numPartitions) {
    return of(super.repartition(numPartitions));
  }

  @Override
  public PairRdd<K, V> coalesce(int numPartitions) {
    return of(super.coalesce(numPartitions));
  }

  @Override
  public PairRdd<K, V> coalesce(int numPartitions, boolean shuffle) {
    return of(super.coalesce(numPartitions, shuffle));
  }

  @Override
  public PairRdd<K, V> sample(boolean withReplacement, double fraction) {
    return of(super.sample(withReplacement, fraction));
  }

  @Override
  public PairRdd<K, V> sample(boolean withReplacement, double fraction, long seed) {
    return of(super.sample(withReplacement, fraction, seed));
  }

  @Override
  public PairRdd<K, V> setName(String name) {
    super.setName(name);
    return this;
  }

  @Override
  public PairRdd<K, V> cache() {
    super.cache();
    return this;
  }

  @Override
  public PairRdd<K, V> persist(StorageLevel level) {
    super.persist(level);
    return this;
  }

  @Override
  public PairRdd<K, V> unpersist() {
    super.unpersist();
    return this;
  }

  @Override
  public PairRdd<K, V> unpersist(boolean blocking) {
    super.unpersist(blocking);
    return this;
  }
}
