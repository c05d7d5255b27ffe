package dev.firesteel.types;

import java.io.Serializable;

/**
 * Count, mean, spread and extremes of numbers, gathered in one pass by Welford's method and merged
 * by Chan's (T. F. Chan, G. H. Golub, R. J. LeVeque: Updating Formulae and a Pairwise Algorithm for
 * Computing Sample Variances, 1979), which lose no precision where the mean is large.
 *
 * <pre>{@code
 * Stats stats = lines.mapToDouble(String::length).stats();
 * stats.mean();
 * }</pre>
 */
public final class Stats implements Serializable {
  private static final long serialVersionUID = 1L;

  private long count;
  private double mean;
  private double squares;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  /** Creates the measures of no numbers. */
  public Stats() {}

  /**
   * Adds a number.
   *
   * @param value the number
   * @return this
   */
  public Stats add(double value) {
    count++;
    double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
    min = Math.min(min, value);
    max = Math.max(max, value);
    return this;
  }

  /**
   * Adds all numbers of another.
   *
   * @param other the measures of other numbers
   * @return this
   */
  public Stats merge(Stats other) {
    if (other.count == 0) {
      return this;
    }
    long total = count + other.count;
    double delta = other.mean - mean;
    squares += other.squares + delta * delta * ((double) count * other.count / total);
    mean = count == 0 ? other.mean : mean + delta * other.count / total;
    count = total;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    return this;
  }

  /** Returns how many numbers there are. */
  public long count() {
    return count;
  }

  /** Returns the mean; 0 of no numbers. */
  public double mean() {
    return mean;
  }

  /** Returns the sum. */
  public double sum() {
    return mean * count;
  }

  /** Returns the smallest number; infinity if there is none. */
  public double min() {
    return min;
  }

  /** Returns the largest number; negative infinity if there is none. */
  public double max() {
    return max;
  }

  /** Returns the variance of the numbers as a population; NaN if there is none. */
  public double variance() {
    return count == 0 ? Double.NaN : squares / count;
  }

  /** Returns the variance that the numbers, as a sample, tell of; NaN of fewer than two. */
  public double sampleVariance() {
    return count < 2 ? Double.NaN : squares / (count - 1);
  }

  /** Returns the standard deviation of the numbers as a population. */
  public double stdev() {
    return Math.sqrt(variance());
  }

  /** Returns the standard deviation that the numbers, as a sample, tell of. */
  public double sampleStdev() {
    return Math.sqrt(sampleVariance());
  }

  /** Returns the measures in one line. */
  @Override
  public String toString() {
    return "(count: %d, mean: %s, stdev: %s, max: %s, min: %s)"
        .formatted(count, mean, stdev(), max, min);
  }
}
