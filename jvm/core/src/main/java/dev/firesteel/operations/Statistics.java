package dev.firesteel.operations;

import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.types.Stats;
import java.util.Arrays;
import java.util.Collections;

/** Measures of partitions of numbers. */
public final class Statistics {
  private Statistics() {}

  /** One {@link Stats} of the numbers. */
  public static PartitionFunction stats() {
    return (task, partition, records) -> {
      Stats stats = new Stats();
      while (records.hasNext()) {
        stats.add((Double) records.next());
      }
      return Collections.singletonList(stats).iterator();
    };
  }

  /**
   * One array of how many numbers each bucket has. A bucket holds its lower bound and not its
   * upper, except the last, which holds both; NaN and what is outside is in none.
   *
   * @param bounds ascending, one more than there are buckets
   * @param even whether all buckets are of one width
   */
  public static PartitionFunction histogram(double[] bounds, boolean even) {
    return (task, partition, records) -> {
      long[] counts = new long[bounds.length - 1];
      while (records.hasNext()) {
        int bucket = bucket(bounds, even, (Double) records.next());
        if (bucket >= 0) {
          counts[bucket]++;
        }
      }
      return Collections.singletonList(counts).iterator();
    };
  }

  private static int bucket(double[] bounds, boolean even, double value) {
    int last = bounds.length - 1;
    if (!(value >= bounds[0] && value <= bounds[last])) {
      return -1;
    }
    if (value == bounds[last]) {
      return last - 1;
    }
    if (even) {
      double width = (bounds[last] - bounds[0]) / last;
      return Math.min((int) ((value - bounds[0]) / width), last - 1);
    }
    int found = Arrays.binarySearch(bounds, value);
    return found >= 0 ? found : -found - 2;
  }
}
