package dev.firesteel.operations;

import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.types.Pair;
import dev.firesteel.types.function.MapFunction2;
import dev.firesteel.types.function.ReduceFunction;
import dev.firesteel.types.function.VoidFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Makes one value of a partition, or none. */
public final class Reductions {
  private Reductions() {}

  /** The records reduced to one; none of an empty partition. */
  public static PartitionFunction reduce(ReduceFunction<?> function) {
    ReduceFunction<Object> of = untyped(function);
    return (task, partition, records) -> {
      if (!records.hasNext()) {
        return Collections.emptyIterator();
      }
      Object reduced = records.next();
      while (records.hasNext()) {
        reduced = of.call(reduced, records.next());
      }
      return one(reduced);
    };
  }

  /** The records added to a zero value. */
  public static PartitionFunction fold(Zero zero, MapFunction2<?, ?, ?> function) {
    MapFunction2<Object, Object, Object> of = untyped2(function);
    return (task, partition, records) -> {
      Object folded = zero.fresh();
      while (records.hasNext()) {
        folded = of.call(folded, records.next());
      }
      return one(folded);
    };
  }

  /** Nothing; each record is given to a function. */
  public static PartitionFunction foreach(VoidFunction<?> function) {
    VoidFunction<Object> of = untypedVoid(function);
    return (task, partition, records) -> {
      while (records.hasNext()) {
        of.call(records.next());
      }
      return Collections.emptyIterator();
    };
  }

  /** Nothing; the partition is given to a function. */
  public static PartitionFunction foreachPartition(VoidFunction<?> function) {
    VoidFunction<Object> of = untypedVoid(function);
    return (task, partition, records) -> {
      of.call(records);
      return Collections.emptyIterator();
    };
  }

  /** One map, of how often each record occurs. */
  public static PartitionFunction countValues() {
    return (task, partition, records) -> {
      Map<Object, Long> counts = new HashMap<>();
      while (records.hasNext()) {
        counts.merge(records.next(), 1L, Long::sum);
      }
      return one(counts);
    };
  }

  /** One map, of the values of each key reduced to one. */
  public static PartitionFunction reduceByKey(ReduceFunction<?> function) {
    ReduceFunction<Object> of = untyped(function);
    return (task, partition, records) -> {
      Map<Object, Object> reduced = new HashMap<>();
      while (records.hasNext()) {
        add((Pair<?, ?>) records.next(), of, reduced);
      }
      return one(reduced);
    };
  }

  /** Adds the value of a pair to what there is for its key. */
  @SuppressWarnings("NullAway") // null is a value like any other
  public static void add(
      Pair<?, ?> pair, ReduceFunction<Object> function, Map<Object, Object> reduced)
      throws Exception {
    Object key = pair.key();
    Object before = reduced.get(key);
    boolean first = before == null && !reduced.containsKey(key);
    reduced.put(key, first ? pair.value() : function.call(before, pair.value()));
  }

  /** One list, of the first records in an order: at most so many. */
  public static PartitionFunction first(int most, Comparator<Object> order) {
    return (task, partition, records) -> one(first(most, order, records));
  }

  /** The first of some records in an order, in a heap that never holds more than wanted. */
  public static List<Object> first(int most, Comparator<Object> order, Iterator<?> records) {
    if (most == 0) {
      return new ArrayList<>();
    }
    PriorityQueue<Kept> heap = new PriorityQueue<>(order(order).reversed());
    long place = 0;
    while (records.hasNext()) {
      Kept next = new Kept(records.next(), place++);
      if (heap.size() < most) {
        heap.add(next);
      } else if (order.compare(next.record(), heap.element().record()) < 0) {
        heap.remove();
        heap.add(next);
      }
    }
    List<Kept> kept = new ArrayList<>(heap);
    kept.sort(order(order));
    List<Object> found = new ArrayList<>(kept.size());
    kept.forEach(each -> found.add(each.record()));
    return found;
  }

  /** A record that may be null, and its place: of equal ones those that came first are kept. */
  private record Kept(@Nullable Object record, long place) {}

  private static Comparator<Kept> order(Comparator<Object> order) {
    return (one, two) -> {
      int compared = order.compare(one.record(), two.record());
      return compared != 0 ? compared : Long.compare(one.place(), two.place());
    };
  }

  private static Iterator<?> one(@Nullable Object value) {
    return Collections.singletonList(value).iterator();
  }

  @SuppressWarnings("unchecked") // the records are of the function's type, by the API's types
  private static ReduceFunction<Object> untyped(ReduceFunction<?> function) {
    return (ReduceFunction<Object>) function;
  }

  @SuppressWarnings("unchecked")
  private static MapFunction2<Object, Object, Object> untyped2(MapFunction2<?, ?, ?> function) {
    return (MapFunction2<Object, Object, Object>) function;
  }

  @SuppressWarnings("unchecked")
  private static VoidFunction<Object> untypedVoid(VoidFunction<?> function) {
    return (VoidFunction<Object>) function;
  }
}
