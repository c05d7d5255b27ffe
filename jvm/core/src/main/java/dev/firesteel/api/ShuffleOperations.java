package dev.firesteel.api;

import dev.firesteel.driver.CallSite;
import dev.firesteel.driver.CoalescedNode;
import dev.firesteel.driver.CombinedNode;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.interpreter.SortOrder;
import dev.firesteel.operations.Joins;
import dev.firesteel.operations.Placement;
import dev.firesteel.operations.Sampling;
import dev.firesteel.types.Pair;
import dev.firesteel.types.function.FilterFunction;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.MapFunction2;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of transformations that give records of the same type, for RDDs of any kind to wrap:
 * sets, order, partitions, samples. And groups.
 *
 * @param <T> the type of the records
 */
abstract class ShuffleOperations<T> extends NarrowOperations<T> {
  private static final int LEFT = 1;
  private static final int RIGHT = 2;

  ShuffleOperations(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    super(context, node, spread);
  }

  /**
   * Groups the records by a key that a function gives.
   *
   * @param <K> the type of the keys
   * @param function gives the key of a record
   * @return an RDD of (key, records with it)
   */
  public <K> PairRdd<K, Iterable<T>> groupBy(MapFunction<? super T, ? extends K> function) {
    return grouped(function, context.reducePartitions(this));
  }

  /**
   * Groups the records by a key that a function gives.
   *
   * @param <K> the type of the keys
   * @param function gives the key of a record
   * @param numPartitions how many partitions to make
   * @return an RDD of (key, records with it)
   */
  public <K> PairRdd<K, Iterable<T>> groupBy(
      MapFunction<? super T, ? extends K> function, int numPartitions) {
    return grouped(function, numPartitions);
  }

  private <K> PairRdd<K, Iterable<T>> grouped(MapFunction<?, ?> function, int partitions) {
    String site = checked("groupBy", function);
    Spread wanted = Spread.hash(partitions);
    Shuffles shuffles = new Shuffles(session(), "groupBy", site);
    DriverNode keyed = stepped("groupBy", site, Functions.keyBy(function));
    return new PairRdd<>(context, shuffles.grouped(keyed, null, wanted), wanted);
  }

  final DriverNode unique(String operation, int partitions) {
    String site = checked(operation);
    Shuffles shuffles = new Shuffles(session(), operation, site);
    MapFunction2<Object, Object, Object> first = (one, two) -> one;
    MapFunction<Object, Object> pair = record -> new Pair<>(record, true);
    DriverNode pairs = stepped(operation, site, Functions.map(pair));
    DriverNode combined =
        shuffles.combined(
            pairs,
            null,
            Spread.hash(Math.max(partitions, 1)),
            shuffles.combiner(value -> value, first, first));
    return shuffles.step(combined, Functions.keys());
  }

  /** The records of this RDD and then of others; aligned when all are spread alike. */
  final DriverNode united(String site, List<? extends RddBase<?>> others) {
    List<DriverNode> parents = new ArrayList<>();
    parents.add(asJava());
    for (RddBase<?> other : others) {
      requireSameContext(other, site);
      parents.add(other.asJava());
    }
    CombinedNode.How how = isSpreadLike(others) ? CombinedNode.How.ALIGNED : CombinedNode.How.UNION;
    return new CombinedNode(session().nextNode(), site, how, parents);
  }

  final boolean isSpreadLike(List<? extends RddBase<?>> others) {
    return spread != null && others.stream().allMatch(other -> spread.equals(other.spread));
  }

  /** The records that both have, each once. */
  final DriverNode common(RddBase<?> other) {
    String operation = "intersection";
    String site = checked(operation);
    requireSameContext(other, site);
    Shuffles shuffles = new Shuffles(session(), operation, site);
    DriverNode left = marked(shuffles, asJava(), LEFT);
    DriverNode right = marked(shuffles, other.asJava(), RIGHT);
    DriverNode both =
        new CombinedNode(session().nextNode(), site, CombinedNode.How.UNION, List.of(left, right));
    MapFunction2<Integer, Integer, Integer> or = (one, two) -> one | two;
    FilterFunction<Pair<Object, Integer>> ofBoth = pair -> pair.value() == (LEFT | RIGHT);
    DriverNode merged =
        shuffles.combined(
            both,
            null,
            Spread.hash(context.reducePartitions(this, other)),
            shuffles.combiner(mark -> mark, or, or));
    DriverNode kept = shuffles.step(merged, Functions.filter(ofBoth));
    return shuffles.step(kept, Functions.keys());
  }

  private static DriverNode marked(Shuffles shuffles, DriverNode node, int mark) {
    MapFunction<Object, Object> pair = record -> new Pair<>(record, mark);
    return shuffles.step(node, Functions.map(pair));
  }

  /** The records that the other does not have; equal ones stay. */
  final DriverNode without(RddBase<?> other, int partitions) {
    String operation = "subtract";
    String site = checked(operation);
    requireSameContext(other, site);
    Shuffles shuffles = new Shuffles(session(), operation, site);
    DriverNode left = tagged(shuffles, asJava(), 0);
    DriverNode right = tagged(shuffles, other.asJava(), 1);
    DriverNode both =
        new CombinedNode(session().nextNode(), site, CombinedNode.How.UNION, List.of(left, right));
    DriverNode grouped = shuffles.grouped(both, null, Spread.hash(partitions));
    DriverNode kept = shuffles.step(grouped, Functions.flatMapValues(Joins.unmatched()));
    return shuffles.step(kept, Functions.keys());
  }

  private static DriverNode tagged(Shuffles shuffles, DriverNode node, int side) {
    MapFunction<Object, Object> pair = record -> new Pair<>(record, new Pair<>(side, true));
    return shuffles.step(node, Functions.map(pair));
  }

  /** The records in an order. */
  final DriverNode ordered(
      String operation,
      @Nullable MapFunction<?, ?> key,
      @Nullable Comparator<?> comparator,
      boolean ascending,
      int partitions) {
    List<Object> functions = new ArrayList<>();
    if (key != null) {
      functions.add(key);
    }
    if (comparator != null) {
      functions.add(comparator);
    }
    String site = checked(operation, functions.toArray());
    if (partitions < 1) {
      throw new IllegalArgumentException(
          site + ": the number of partitions must be at least 1, not " + partitions);
    }
    MapFunction<Object, Object> by = key == null ? null : Unchecked.cast(key);
    Comparator<Object> order = comparator == null ? null : Unchecked.cast(comparator);
    return new Shuffles(session(), operation, site)
        .sorted(asJava(), new SortOrder(by, order, site), ascending, partitions);
  }

  /** Fewer partitions without a shuffle, or any number with one. */
  final DriverNode repartitioned(String operation, int partitions, boolean shuffle) {
    String site = checked(operation);
    if (partitions < 1) {
      throw new IllegalArgumentException(
          site + ": the number of partitions must be at least 1, not " + partitions);
    }
    if (!shuffle) {
      return new CoalescedNode(session().nextNode(), site, asJava(), partitions);
    }
    Shuffles shuffles = new Shuffles(session(), operation, site);
    DriverNode dealt = stepped(operation, site, Placement.dealt(partitions));
    Spread spread = new Spread(partitions, new Dealt(partitions));
    return shuffles.step(shuffles.plain(dealt, null, spread), Functions.values());
  }

  /** The keys are partitions already. */
  private record Dealt(int partitions) implements Partitioner<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public int partition(Integer key) {
      return key;
    }
  }

  /** A random part of the records. */
  final DriverNode sampled(String operation, boolean withReplacement, double fraction, long seed) {
    String site = CallSite.of(operation);
    session().requireRunning(site);
    requireFraction(withReplacement, fraction, site);
    return stepped(
        operation,
        site,
        withReplacement ? Sampling.poisson(fraction, seed) : Sampling.share(0, fraction, seed));
  }

  static void requireFraction(boolean withReplacement, double fraction, String site) {
    boolean right = fraction >= 0 && (withReplacement ? Double.isFinite(fraction) : fraction <= 1);
    if (!right) {
      throw new IllegalArgumentException(
          "%s: a fraction must be at least 0%s, not %s"
              .formatted(site, withReplacement ? "" : " and at most 1", fraction));
    }
  }

  /** The nodes of parts such that each record is in exactly one. */
  final List<DriverNode> parts(double[] weights, long seed) {
    String operation = "randomSplit";
    String site = checked(operation);
    double total = 0;
    for (double weight : weights) {
      if (!(weight >= 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException(
            site + ": a weight must be a number of at least 0, not " + weight);
      }
      total += weight;
    }
    if (!(total > 0)) {
      throw new IllegalArgumentException(site + ": at least one weight must be more than 0");
    }
    List<DriverNode> parts = new ArrayList<>();
    double sum = 0;
    double low = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      // Rounding must not lose a record.
      double high = i == weights.length - 1 ? 1 : sum / total;
      parts.add(stepped(operation, site, Sampling.share(low, high, seed)));
      low = high;
    }
    return parts;
  }

  static long newSeed() {
    return ThreadLocalRandom.current().nextLong();
  }
}
