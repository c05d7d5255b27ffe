package dev.firesteel.operations;

import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.types.Pair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Pairs records with numbers: their places, or the partitions they go to. */
public final class Placement {
  /** 2^64 divided by the golden ratio, odd (Knuth, The Art of Computer Programming, 6.4). */
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  private Placement() {}

  /** Each record and its place: consecutive numbers from a start of each partition's own. */
  public static PartitionFunction places(long[] starts) {
    return (task, partition, records) ->
        numbered(records, starts[partition], 1, (record, number) -> new Pair<>(record, number));
  }

  /** Each record and a number of its own: the partition plus multiples of their number. */
  public static PartitionFunction spaced(int partitions) {
    return (task, partition, records) ->
        numbered(records, partition, partitions, (record, number) -> new Pair<>(record, number));
  }

  /**
   * Each record, keyed by reduce partitions in turn. A partition starts at a place of its own, so
   * that many partitions of few records do not all begin at the same one.
   */
  public static PartitionFunction dealt(int partitions) {
    return (task, partition, records) -> {
      long start = ((partition * GOLDEN) >>> 33) % partitions;
      return numbered(
          records, start, 1, (record, number) -> new Pair<>((int) (number % partitions), record));
    };
  }

  /** Each record, keyed by the partition modulo a number. */
  public static PartitionFunction regrouped(int partitions) {
    return (task, partition, records) ->
        numbered(
            records, partition % partitions, 0, (record, number) -> new Pair<>(number, record));
  }

  /** The values of one key. */
  public static PartitionFunction valuesOf(@Nullable Object key) {
    return (task, partition, records) -> {
      List<Object> values = new ArrayList<>();
      while (records.hasNext()) {
        Pair<?, ?> pair = (Pair<?, ?>) records.next();
        if (Objects.equals(pair.key(), key)) {
          values.add(pair.value());
        }
      }
      return values.iterator();
    };
  }

  /** Makes a pair of a record and a number. */
  private interface Pairing {
    Object of(Object record, long number);
  }

  private static Iterator<Object> numbered(
      Iterator<?> records, long start, long step, Pairing pairing) {
    return new Iterator<>() {
      private long next = start;

      @Override
      public boolean hasNext() {
        return records.hasNext();
      }

      @Override
      public Object next() {
        Object record = records.next();
        long number = next;
        next += step;
        return pairing.of(record, number);
      }
    };
  }
}
