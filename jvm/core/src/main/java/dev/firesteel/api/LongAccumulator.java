package dev.firesteel.api;

/** A sum of whole numbers, and how many there were. */
public final class LongAccumulator extends Accumulator<Long, Long> {
  private static final long serialVersionUID = 1L;

  private long sum;
  private long count;

  LongAccumulator() {}

  @Override
  public boolean isZero() {
    return count == 0;
  }

  @Override
  public LongAccumulator zero() {
    return new LongAccumulator();
  }

  @Override
  public void add(Long value) {
    add(value.longValue());
  }

  /**
   * Adds a number.
   *
   * @param value the number
   */
  public void add(long value) {
    sum += value;
    count++;
  }

  @Override
  public void merge(Accumulator<Long, Long> other) {
    LongAccumulator added = (LongAccumulator) other;
    sum += added.sum;
    count += added.count;
  }

  /** Returns the sum. */
  @Override
  public Long value() {
    return sum;
  }

  /** Returns the sum. */
  public long sum() {
    return sum;
  }

  /** Returns how many numbers were added. */
  public long count() {
    return count;
  }

  /** Returns the mean of the numbers; NaN if there are none. */
  public double mean() {
    return count == 0 ? Double.NaN : (double) sum / count;
  }
}
