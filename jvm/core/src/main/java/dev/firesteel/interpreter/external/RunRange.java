package dev.firesteel.interpreter.external;

import dev.firesteel.interpreter.external.Sorting.Keys;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The part of a sorted run with keys in a range: above the lower bound, up to the upper one and it
 * included. Only the batches that can hold some are to be read.
 *
 * <p>A run is cut at a bound by binary search, and where it is cut depends on the run and that
 * bound alone. So the ranges of all readers together are the whole run, even where the keys have no
 * total order and "sorted" means little.
 */
public final class RunRange {
  private final Keys keys;
  private final @Nullable Predicate<Object> beforeBegin;
  private final @Nullable Predicate<Object> beforeEnd;
  private final SortedRun.Index index;
  private final int first;
  private final int last;
  private final boolean cutFirst;

  /**
   * The range of one reader.
   *
   * @param number which of the ascending ranges: from bound {@code number - 1} to bound {@code
   *     number}
   */
  public RunRange(
      SortedRun.Index index, List<Object> bounds, int number, Keys ascending, boolean isAscending) {
    this.keys = ascending;
    this.index = index;
    Predicate<Object> low = number == 0 ? null : before(bounds.get(number - 1), isAscending);
    Predicate<Object> high =
        number == bounds.size() ? null : before(bounds.get(number), isAscending);
    this.beforeBegin = isAscending ? low : high;
    this.beforeEnd = isAscending ? high : low;
    List<Object> firsts = index.firsts();
    // A cut is in the last batch whose first key is before it, or at the very start.
    int begun = beforeBegin == null ? 0 : point(firsts, beforeBegin);
    this.last = beforeEnd == null ? firsts.size() : point(firsts, beforeEnd);
    this.first = Math.max(0, begun - 1);
    this.cutFirst = begun > 0;
    if (begun > last) {
      throw contradiction();
    }
  }

  /** What comes before a bound's cut, in the direction of the run. */
  private Predicate<Object> before(Object bound, boolean isAscending) {
    return isAscending ? key -> keys.compare(key, bound) <= 0 : key -> keys.compare(key, bound) > 0;
  }

  /** Returns the index of the first value that is not before; those before come first. */
  private static int point(List<Object> values, Predicate<Object> before) {
    int low = 0;
    int high = values.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (before.test(values.get(middle))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether there is nothing to read. */
  public boolean isEmpty() {
    return first >= last;
  }

  /** The number of the first batch that is read. */
  public int first() {
    return first;
  }

  /** Where the batches begin in the section. */
  public long from() {
    return index.offsets()[first];
  }

  /**
   * Where they end.
   *
   * @param end where the last batch of the run ends
   */
  public long to(long end) {
    return last < index.offsets().length ? index.offsets()[last] : end;
  }

  /** How many records the batches have that are read. */
  long records() {
    long sum = 0;
    for (int batch = first; batch < last; batch++) {
      sum += index.counts()[batch];
    }
    return sum;
  }

  /** How many records a batch that is read must have. */
  public int count(int batch) {
    return index.counts()[batch];
  }

  /** What of a batch is in the range. */
  Object[] cut(int batch, Object[] records) {
    boolean low = cutFirst && batch == first;
    boolean high = beforeEnd != null && batch == last - 1;
    if (!low && !high) {
      return records;
    }
    List<Object> of = new ArrayList<>();
    for (Object record : records) {
      of.add(keys.of(record));
    }
    int begin = low && beforeBegin != null ? point(of, beforeBegin) : 0;
    int end = high && beforeEnd != null ? point(of, beforeEnd) : records.length;
    if (begin > end) {
      throw contradiction();
    }
    return Arrays.copyOfRange(records, begin, end);
  }

  private RecordException contradiction() {
    return new RecordException(
        "the keys cannot be sorted over several partitions: their comparison contradicts itself"
            + " (a < b and b < c, but not a < c). Sort into one partition, or by a key whose order"
            + " is consistent ("
            + keys.site()
            + ")",
        null);
  }
}
