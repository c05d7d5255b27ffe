package dev.firesteel.api;

import dev.firesteel.driver.DriverNode;
import dev.firesteel.driver.Jobs;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.operations.NaturalOrder;
import dev.firesteel.operations.Reductions;
import dev.firesteel.operations.Zero;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.types.function.MapFunction2;
import dev.firesteel.types.function.ReduceFunction;
import dev.firesteel.types.function.SerializableComparator;
import dev.firesteel.types.function.VoidFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The actions: what runs jobs, and brings records or a value to the driver.
 *
 * @param <T> the type of the records
 */
abstract class Actions<T> extends ShuffleOperations<T> {
  private static final int SCAN_GROWTH = 4;

  Actions(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    super(context, node, spread);
  }

  /**
   * Brings all records to the driver, in the order of the partitions.
   *
   * @return a list that is the caller's own
   * @throws JobFailedException when a function throws, or the job fails otherwise
   */
  public List<T> collect() {
    return all(context.collect(asJava(), null, checked("collect"), null));
  }

  /**
   * Brings the records of some partitions to the driver.
   *
   * @param partitions the numbers of the partitions
   * @return a list for each of them
   */
  public List<List<T>> collectPartitions(int... partitions) {
    String site = checked("collectPartitions");
    List<Integer> wanted = Arrays.stream(partitions).boxed().toList();
    int total = getNumPartitions();
    for (int partition : wanted) {
      if (partition < 0 || partition >= total) {
        throw new IllegalArgumentException(
            "%s: there are %d partitions, and none of number %d".formatted(site, total, partition));
      }
    }
    List<List<T>> found = new ArrayList<>();
    for (Object[] records : context.collect(asJava(), wanted, site, null)) {
      found.add(all(Collections.singletonList(records)));
    }
    return found;
  }

  /**
   * Counts the records. What is persisted and has been computed is counted without a task.
   *
   * @return how many there are
   */
  public long count() {
    return Arrays.stream(context.counts(node(), null, checked("count"))).sum();
  }

  /**
   * Brings the first records to the driver. One partition is computed first, then more as needed,
   * up to four times as many each time.
   *
   * @param number how many
   * @return so many, or fewer when there are not more
   */
  public List<T> take(int number) {
    return taken("take", number);
  }

  /**
   * Returns the first record.
   *
   * @throws NoSuchElementException when there is none
   */
  public T first() {
    List<T> found = taken("first", 1);
    if (found.isEmpty()) {
      throw new NoSuchElementException("first() of an RDD without records");
    }
    return found.get(0);
  }

  /** Returns whether there is no record. */
  public boolean isEmpty() {
    return taken("isEmpty", 1).isEmpty();
  }

  private List<T> taken(String operation, int number) {
    String site = checked(operation);
    requireNumber(number, site);
    List<T> found = new ArrayList<>();
    int total = number > 0 ? getNumPartitions() : 0;
    Jobs.Series series = new Jobs.Series();
    int scanned = 0;
    while (found.size() < number && scanned < total) {
      long tries = 1;
      if (scanned > 0 && found.isEmpty()) {
        tries = (long) scanned * SCAN_GROWTH;
      } else if (scanned > 0) {
        long estimate = (long) (1.5 * number * scanned / found.size()) - scanned;
        tries = Math.min(Math.max(estimate, 1), (long) scanned * SCAN_GROWTH);
      }
      int end = (int) Math.min(scanned + tries, total);
      List<Integer> partitions = new ArrayList<>();
      for (int partition = scanned; partition < end; partition++) {
        partitions.add(partition);
      }
      int left = number - found.size();
      DriverNode target = stepped(operation, site, Functions.take(left));
      List<T> more = all(context.collect(target, partitions, site, series));
      found.addAll(more.subList(0, Math.min(more.size(), left)));
      scanned = end;
    }
    return found;
  }

  private static void requireNumber(int number, String site) {
    if (number < 0) {
      throw new IllegalArgumentException(site + " needs a number of at least 0, not " + number);
    }
  }

  private static <T> List<T> all(List<Object[]> partitions) {
    long total = 0;
    for (Object[] partition : partitions) {
      total += partition.length;
    }
    List<Object> all = new ArrayList<>(Math.toIntExact(total));
    for (Object[] partition : partitions) {
      Collections.addAll(all, partition);
    }
    return Unchecked.cast(all);
  }

  /**
   * Reduces all records to one.
   *
   * @param function associative and commutative
   * @throws NoSuchElementException when there is no record
   */
  public T reduce(ReduceFunction<T> function) {
    return reduced("reduce", function);
  }

  final T reduced(String operation, ReduceFunction<T> function) {
    String site = checked(operation, function);
    List<T> parts = Unchecked.cast(gathered(operation, site, Reductions.reduce(function)));
    if (parts.isEmpty()) {
      throw new NoSuchElementException(operation + "() of an RDD without records");
    }
    return InDriver.reduce(parts, function, site);
  }

  /**
   * Adds all records to a zero value: in each partition, and once more at the end.
   *
   * @param zero neutral for the function; each partition starts from a copy
   * @param function associative and commutative
   */
  public T fold(T zero, ReduceFunction<T> function) {
    MapFunction2<T, T, T> merge = function::call;
    return aggregated("fold", zero, merge, merge, function);
  }

  /**
   * Combines all records into something of another type.
   *
   * @param <U> the type of the result
   * @param zero what each partition starts from, a copy of it
   * @param add adds a record
   * @param merge merges two results
   */
  public <U> U aggregate(U zero, MapFunction2<U, ? super T, U> add, MapFunction2<U, U, U> merge) {
    return aggregated("aggregate", zero, add, merge, merge);
  }

  private <U> U aggregated(
      String operation,
      U zero,
      MapFunction2<U, ? super T, U> add,
      MapFunction2<U, U, U> merge,
      Object mergeOfUser) {
    Zero start = new Zero(zero);
    String site = checked(operation, start, add, mergeOfUser);
    List<U> parts = Unchecked.cast(gathered(operation, site, Reductions.fold(start, add)));
    return InDriver.fold(InDriver.<U>fresh(start, site), parts, merge, site);
  }

  /**
   * Reduces all records to one in several levels, so that the driver has few to do.
   *
   * @param function associative and commutative
   * @param depth how many levels to aim at
   * @throws NoSuchElementException when there is no record
   */
  public T treeReduce(ReduceFunction<T> function, int depth) {
    String site = checked("treeReduce", function);
    DriverNode parts = stepped("treeReduce", site, Reductions.reduce(function));
    List<T> left = new Trees(context, "treeReduce", site).levels(parts, function, depth);
    if (left.isEmpty()) {
      throw new NoSuchElementException("treeReduce() of an RDD without records");
    }
    return InDriver.reduce(left, function, site);
  }

  /**
   * Reduces all records to one in two levels.
   *
   * @param function associative and commutative
   * @throws NoSuchElementException when there is no record
   */
  public T treeReduce(ReduceFunction<T> function) {
    return treeReduce(function, 2);
  }

  /**
   * Combines all records into something of another type, in several levels.
   *
   * @param <U> the type of the result
   * @param zero what each partition starts from, a copy of it
   * @param add adds a record
   * @param merge merges two results
   * @param depth how many levels to aim at
   */
  public <U> U treeAggregate(
      U zero, MapFunction2<U, ? super T, U> add, ReduceFunction<U> merge, int depth) {
    Zero start = new Zero(zero);
    String site = checked("treeAggregate", start, add, merge);
    DriverNode parts = stepped("treeAggregate", site, Reductions.fold(start, add));
    List<U> left = new Trees(context, "treeAggregate", site).levels(parts, merge, depth);
    return left.isEmpty() ? InDriver.<U>fresh(start, site) : InDriver.reduce(left, merge, site);
  }

  /**
   * Combines all records into something of another type, in two levels.
   *
   * @param <U> the type of the result
   * @param zero what each partition starts from, a copy of it
   * @param add adds a record
   * @param merge merges two results
   */
  public <U> U treeAggregate(U zero, MapFunction2<U, ? super T, U> add, ReduceFunction<U> merge) {
    return treeAggregate(zero, add, merge, 2);
  }

  /**
   * Returns the largest record.
   *
   * @param comparator the order, which must be serializable
   * @throws NoSuchElementException when there is no record
   */
  public T max(Comparator<? super T> comparator) {
    return extreme("max", comparator, 1);
  }

  /**
   * Returns the largest record.
   *
   * @param comparator the order
   * @throws NoSuchElementException when there is no record
   */
  public T max(SerializableComparator<? super T> comparator) {
    return extreme("max", comparator, 1);
  }

  /**
   * Returns the smallest record.
   *
   * @param comparator the order, which must be serializable
   * @throws NoSuchElementException when there is no record
   */
  public T min(Comparator<? super T> comparator) {
    return extreme("min", comparator, -1);
  }

  /**
   * Returns the smallest record.
   *
   * @param comparator the order
   * @throws NoSuchElementException when there is no record
   */
  public T min(SerializableComparator<? super T> comparator) {
    return extreme("min", comparator, -1);
  }

  private T extreme(String operation, Comparator<? super T> comparator, int sign) {
    Comparator<T> order = Unchecked.cast(comparator);
    return reduced(operation, (one, two) -> sign * order.compare(two, one) > 0 ? two : one);
  }

  /**
   * Brings the largest records to the driver, the largest first.
   *
   * @param number how many
   */
  public List<T> top(int number) {
    return firstOf("top", number, NaturalOrder.DESCENDING, NaturalOrder.DESCENDING);
  }

  /**
   * Brings the largest records to the driver, the largest first.
   *
   * @param number how many
   * @param comparator the order, which must be serializable
   */
  public List<T> top(int number, Comparator<? super T> comparator) {
    return firstOf("top", number, comparator, reversed(comparator));
  }

  /**
   * Brings the largest records to the driver, the largest first.
   *
   * @param number how many
   * @param comparator the order
   */
  public List<T> top(int number, SerializableComparator<? super T> comparator) {
    return firstOf("top", number, comparator, reversed(comparator));
  }

  /**
   * Brings the smallest records to the driver, the smallest first.
   *
   * @param number how many
   */
  public List<T> takeOrdered(int number) {
    return firstOf("takeOrdered", number, NaturalOrder.ASCENDING, NaturalOrder.ASCENDING);
  }

  /**
   * Brings the smallest records to the driver, the smallest first.
   *
   * @param number how many
   * @param comparator the order, which must be serializable
   */
  public List<T> takeOrdered(int number, Comparator<? super T> comparator) {
    return firstOf("takeOrdered", number, comparator, comparator);
  }

  /**
   * Brings the smallest records to the driver, the smallest first.
   *
   * @param number how many
   * @param comparator the order
   */
  public List<T> takeOrdered(int number, SerializableComparator<? super T> comparator) {
    return firstOf("takeOrdered", number, comparator, comparator);
  }

  private static <T> SerializableComparator<T> reversed(Comparator<T> comparator) {
    return (one, two) -> comparator.compare(two, one);
  }

  private List<T> firstOf(
      String operation, int number, Comparator<?> ofUser, Comparator<?> comparator) {
    String site = checked(operation, ofUser);
    requireNumber(number, site);
    Comparator<Object> order = Unchecked.cast(comparator);
    List<List<Object>> parts =
        Unchecked.cast(gathered(operation, site, Reductions.first(number, order)));
    List<Object> all = new ArrayList<>();
    parts.forEach(all::addAll);
    return Unchecked.cast(Reductions.first(number, order, all.iterator()));
  }

  /**
   * Brings a random sample of fixed size to the driver, in random order.
   *
   * @param withReplacement whether a record can be drawn several times
   * @param number how many; without replacement not more than there are
   */
  public List<T> takeSample(boolean withReplacement, int number) {
    return takeSample(withReplacement, number, newSeed());
  }

  /**
   * Brings a random sample of fixed size to the driver, in random order.
   *
   * @param withReplacement whether a record can be drawn several times
   * @param number how many; without replacement not more than there are
   * @param seed of the random numbers
   */
  public List<T> takeSample(boolean withReplacement, int number, long seed) {
    String site = checked("takeSample");
    requireNumber(number, site);
    long total = number == 0 ? 0 : count();
    if (total == 0) {
      return new ArrayList<>();
    }
    Random random = new Random(seed);
    if (!withReplacement && number >= total) {
      List<T> all = all(context.collect(asJava(), null, site, null));
      Collections.shuffle(all, random);
      return all;
    }
    double fraction = SampleSize.generousFraction(number, total, withReplacement);
    List<T> drawn = new ArrayList<>();
    while (drawn.size() < number) {
      DriverNode sample = sampled("takeSample", withReplacement, fraction, random.nextLong());
      drawn = all(context.collect(sample, null, site, null));
      fraction = withReplacement ? fraction * 2 : Math.min(1, fraction * 2);
    }
    Collections.shuffle(drawn, random);
    return new ArrayList<>(drawn.subList(0, number));
  }

  /** Counts how often each record occurs, and brings the counts to the driver. */
  public Map<T, Long> countByValue() {
    String site = checked("countByValue");
    return Unchecked.cast(
        InDriver.sum(Unchecked.cast(gathered("countByValue", site, Reductions.countValues()))));
  }

  /**
   * Calls a function with each record, for its effect on something outside, or an accumulator.
   *
   * @param function takes a record
   */
  public void foreach(VoidFunction<? super T> function) {
    String site = checked("foreach", function);
    gathered("foreach", site, Reductions.foreach(function));
  }

  /**
   * Calls a function with each partition, for its effect.
   *
   * @param function takes the records of a partition
   */
  public void foreachPartition(VoidFunction<Iterator<T>> function) {
    String site = checked("foreachPartition", function);
    gathered("foreachPartition", site, Reductions.foreachPartition(function));
  }

  /**
   * Brings the records to the driver one partition at a time, each by a job of its own when it is
   * reached.
   *
   * @return an iterator for one thread
   */
  public Iterator<T> toLocalIterator() {
    String site = checked("toLocalIterator");
    int total = getNumPartitions();
    Jobs.Series series = new Jobs.Series();
    return new Iterator<>() {
      private int reached;
      private Iterator<T> current = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!current.hasNext() && reached < total) {
          List<T> records = all(context.collect(asJava(), List.of(reached++), site, series));
          current = records.iterator();
        }
        return current.hasNext();
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException("all records have been given");
        }
        return current.next();
      }
    };
  }
}
