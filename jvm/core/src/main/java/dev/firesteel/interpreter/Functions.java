package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.types.Pair;
import dev.firesteel.types.function.FilterFunction;
import dev.firesteel.types.function.FlatMapFunction;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.MapPartitionsFunction;
import dev.firesteel.types.function.MapPartitionsWithIndexFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The functions that steps are made of. All can be sent to tasks when what they are given can.
 *
 * <p>Records have no static type here; whoever builds the steps sees to it that neighbours fit.
 * What does not fit is a {@link ClassCastException} of the step that finds it.
 */
public final class Functions {
  private Functions() {}

  /** A function that is called with one record at a time. */
  public sealed interface RecordFunction extends PartitionFunction
      permits Mapping, Filtering, FlatMapping {
    @Override
    default Iterator<?> apply(JavaTask task, int partition, Iterator<?> records) {
      String name = getClass().getSimpleName();
      return new RecordSteps(List.of(new Step(name, name, this)), records, task);
    }
  }

  /** One record for each. */
  public record Mapping(MapFunction<Object, Object> function) implements RecordFunction {
    public Mapping {
      requireNonNull(function, "function is null");
    }
  }

  /** Some of the records. */
  public record Filtering(FilterFunction<Object> function) implements RecordFunction {
    public Filtering {
      requireNonNull(function, "function is null");
    }
  }

  /** Any number of records for each. */
  public record FlatMapping(FlatMapFunction<Object, Object> function) implements RecordFunction {
    public FlatMapping {
      requireNonNull(function, "function is null");
    }
  }

  @SuppressWarnings("unchecked") // see the class comment
  private static <T, R> MapFunction<T, R> untyped(MapFunction<?, ?> function) {
    return (MapFunction<T, R>) function;
  }

  @SuppressWarnings("unchecked")
  private static <T, R> FlatMapFunction<T, R> untypedFlat(FlatMapFunction<?, ?> function) {
    return (FlatMapFunction<T, R>) function;
  }

  @SuppressWarnings("unchecked")
  private static Pair<Object, Object> pair(Object record) {
    return (Pair<Object, Object>) record;
  }

  /** What a function makes of each record. */
  public static PartitionFunction map(MapFunction<?, ?> function) {
    return new Mapping(untyped(function));
  }

  /** The records for which a function is true. */
  @SuppressWarnings("unchecked")
  public static PartitionFunction filter(FilterFunction<?> function) {
    return new Filtering((FilterFunction<Object>) function);
  }

  /** All that a function makes of each record. */
  public static PartitionFunction flatMap(FlatMapFunction<?, ?> function) {
    return new FlatMapping(untypedFlat(function));
  }

  /** Pairs with the same keys, and what a function makes of their values. */
  public static PartitionFunction mapValues(MapFunction<?, ?> function) {
    MapFunction<Object, Object> of = untyped(function);
    return new Mapping(
        record -> {
          Pair<Object, Object> pair = pair(record);
          return new Pair<>(pair.key(), of.call(pair.value()));
        });
  }

  /** Pairs with the same keys, one for all that a function makes of their values. */
  public static PartitionFunction flatMapValues(FlatMapFunction<?, ?> function) {
    FlatMapFunction<Object, Object> of = untypedFlat(function);
    return new FlatMapping(
        record -> {
          Pair<Object, Object> pair = pair(record);
          Iterator<?> values = of.call(pair.value());
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return values.hasNext();
            }

            @Override
            public Object next() {
              return new Pair<>(pair.key(), values.next());
            }
          };
        });
  }

  /** Each record, with what a function makes of it as its key. */
  public static PartitionFunction keyBy(MapFunction<?, ?> function) {
    MapFunction<Object, Object> of = untyped(function);
    return new Mapping(record -> new Pair<>(of.call(record), record));
  }

  /** The keys of pairs. */
  public static PartitionFunction keys() {
    return new Mapping(record -> pair(record).key());
  }

  /** The values of pairs. */
  public static PartitionFunction values() {
    return new Mapping(record -> pair(record).value());
  }

  /** What a function makes of a whole partition. */
  public static PartitionFunction mapPartitions(MapPartitionsFunction<?, ?> function) {
    @SuppressWarnings("unchecked")
    MapPartitionsFunction<Object, Object> of = (MapPartitionsFunction<Object, Object>) function;
    return (task, partition, records) -> of.call(untyped(records));
  }

  /** What a function makes of a whole partition, of which it is told the number. */
  public static PartitionFunction mapPartitionsWithIndex(
      MapPartitionsWithIndexFunction<?, ?> function) {
    @SuppressWarnings("unchecked")
    MapPartitionsWithIndexFunction<Object, Object> of =
        (MapPartitionsWithIndexFunction<Object, Object>) function;
    return (task, partition, records) -> of.call(partition, untyped(records));
  }

  /** One list with all records of the partition. */
  public static PartitionFunction glom() {
    return (task, partition, records) -> {
      List<Object> all = new ArrayList<>();
      records.forEachRemaining(all::add);
      return Collections.singletonList(all).iterator();
    };
  }

  /** The first records, up to a number; no more are asked for. */
  public static PartitionFunction take(long most) {
    return (task, partition, records) -> new First(records, most);
  }

  @SuppressWarnings("unchecked")
  private static Iterator<Object> untyped(Iterator<?> records) {
    return (Iterator<Object>) records;
  }

  private static final class First implements Iterator<Object> {
    private final Iterator<?> records;
    private long left;

    First(Iterator<?> records, long most) {
      this.records = records;
      this.left = most;
    }

    @Override
    public boolean hasNext() {
      return left > 0 && records.hasNext();
    }

    @Override
    public Object next() {
      if (left <= 0) {
        throw new NoSuchElementException("the first records have all been given");
      }
      left--;
      return records.next();
    }
  }
}
