package dev.firesteel.api;

import dev.firesteel.driver.DriverNode;
import dev.firesteel.operations.Statistics;
import dev.firesteel.types.Stats;
import dev.firesteel.types.function.FilterFunction;
import java.util.Arrays;
import java.util.List;

/**
 * An RDD of numbers: its sum, mean, spread and histogram.
 *
 * <pre>{@code
 * DoubleRdd lengths = lines.mapToDouble(String::length);
 * lengths.mean();
 * }</pre>
 */
public final class DoubleRdd extends Rdd<Double> {
  DoubleRdd(FiresteelContext context, DriverNode node) {
    super(context, node, null);
  }

  /**
   * The number of records in each bucket of a range.
   *
   * @param bounds ascending, one more than there are buckets
   * @param counts how many numbers each bucket has
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  public record Histogram(double[] bounds, long[] counts) {}

  /** Returns the count, mean, spread and extremes of the numbers, from one job. */
  public Stats stats() {
    return measured("stats");
  }

  private Stats measured(String operation) {
    String site = checked(operation);
    Stats all = new Stats();
    List<Stats> parts = Unchecked.cast(gathered(operation, site, Statistics.stats()));
    parts.forEach(all::merge);
    return all;
  }

  /** Returns the sum. */
  public double sum() {
    double zero = 0.0;
    return aggregate(zero, Double::sum, Double::sum);
  }

  /** Returns the mean; NaN if there are no numbers. */
  public double mean() {
    Stats stats = measured("mean");
    return stats.count() == 0 ? Double.NaN : stats.mean();
  }

  /** Returns the variance of the numbers as a population. */
  public double variance() {
    return measured("variance").variance();
  }

  /** Returns the standard deviation of the numbers as a population. */
  public double stdev() {
    return measured("stdev").stdev();
  }

  /** Returns the variance that the numbers, as a sample, tell of. */
  public double sampleVariance() {
    return measured("sampleVariance").sampleVariance();
  }

  /** Returns the standard deviation that the numbers, as a sample, tell of. */
  public double sampleStdev() {
    return measured("sampleStdev").sampleStdev();
  }

  /**
   * Returns the largest number.
   *
   * @throws java.util.NoSuchElementException when there is none
   */
  public double max() {
    return reduced("max", Math::max);
  }

  /**
   * Returns the smallest number.
   *
   * @throws java.util.NoSuchElementException when there is none
   */
  public double min() {
    return reduced("min", Math::min);
  }

  /**
   * Counts the numbers in buckets of one width, from the smallest number to the largest.
   *
   * @param buckets how many
   * @return the bounds and the counts
   * @throws IllegalArgumentException when there are no numbers, or one is infinite or not a number
   */
  public Histogram histogram(int buckets) {
    String site = checked("histogram");
    if (buckets < 1) {
      throw new IllegalArgumentException(
          site + ": the number of buckets must be at least 1, not " + buckets);
    }
    Stats range = measured("histogram");
    boolean bounded =
        range.count() > 0 && Double.isFinite(range.min()) && Double.isFinite(range.max());
    if (!bounded) {
      throw new IllegalArgumentException(
          site + ": buckets need numbers that are finite, and there are " + range);
    }
    if (range.min() == range.max()) {
      return new Histogram(new double[] {range.min(), range.max()}, new long[] {range.count()});
    }
    double[] bounds = new double[buckets + 1];
    for (int i = 0; i <= buckets; i++) {
      bounds[i] = range.min() + (range.max() - range.min()) * i / buckets;
    }
    bounds[buckets] = range.max();
    return new Histogram(bounds, counted(site, bounds, true));
  }

  /**
   * Counts the numbers in buckets. A bucket holds its lower bound and not its upper one, but the
   * last holds both; what is outside all is not counted.
   *
   * @param bounds ascending, one more than there are buckets
   * @return the counts
   */
  public long[] histogram(double... bounds) {
    String site = checked("histogram");
    boolean ascending = bounds.length > 1;
    for (int i = 1; i < bounds.length; i++) {
      ascending &= bounds[i] > bounds[i - 1];
    }
    if (!ascending) {
      throw new IllegalArgumentException(
          "%s: the bounds must be at least two numbers, each larger than the one before; they are %s"
              .formatted(site, Arrays.toString(bounds)));
    }
    return counted(site, bounds.clone(), false);
  }

  private long[] counted(String site, double[] bounds, boolean even) {
    long[] counts = new long[bounds.length - 1];
    List<long[]> parts =
        Unchecked.cast(gathered("histogram", site, Statistics.histogram(bounds, even)));
    for (long[] part : parts) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] += part[i];
      }
    }
    return counts;
  }

  @Override
  public DoubleRdd filter(FilterFunction<? super Double> function) {
    return new DoubleRdd(context, filtered(function));
  }

  @Override
  public DoubleRdd setName(String name) {
    super.setName(name);
    return this;
  }

  @Override
  public DoubleRdd cache() {
    super.cache();
    return this;
  }

  @Override
  public DoubleRdd persist(StorageLevel level) {
    super.persist(level);
    return this;
  }

  @Override
  public DoubleRdd unpersist() {
    super.unpersist();
    return this;
  }

  @Override
  public DoubleRdd unpersist(boolean blocking) {
    super.unpersist(blocking);
    return this;
  }
}
