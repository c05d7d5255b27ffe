package dev.firesteel.api;

/** A sum of numbers, and how many there were. */
public final class DoubleAccumulator extends Accumulator<Double, Double> {
  private static final long serialVersionUID = 1L;

  private double sum;
  private long count;

  DoubleAccumulator() {}

  @Override
  public boolean isZero() {
    return count == 0;
  }

  @Override
  public DoubleAccumulator zero() {
    return new DoubleAccumulator();
  }

  @Override
  public void add(Double value) {
    add(value.doubleValue());
  }

  /**
   * Adds a number.
   *
   * @param value the number
   */
  public void add(double value) {
    sum += value;
    count++;
  }

  @Override
  public void merge(Accumulator<Double, Double> other) {
    DoubleAccumulator added = (DoubleAccumulator) other;
    sum += added.sum;
    count += added.count;
  }

  /** Returns the sum. */
  @Override
  public Double value() {
    return sum;
  }

  /** Returns the sum. */
  public double sum() {
    return sum;
  }

  /** Returns how many numbers were added. */
  public long count() {
    return count;
  }

  /** Returns the mean of the numbers; NaN if there are none. */
  public double mean() {
    return count == 0 ? Double.NaN : sum / count;
  }
}
