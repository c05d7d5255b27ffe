package dev.firesteel.interpreter.external;

import dev.firesteel.memory.Footprint;

/**
 * How much the records that an operator holds take, from a sample of them: one of every few is
 * measured, and stands for all. The larger records are, the more are measured.
 */
public final class Estimate {
  private static final int MOST = 64;

  private final long fine;
  private long bytes;
  private int step = 1;
  private int left = 1;
  private int weight = 1;
  private int seed = 0x2545f491;
  private int measured;

  /**
   * An estimate of nothing.
   *
   * @param fine so many bytes may be added without a look
   */
  public Estimate(long fine) {
    this.fine = Math.max(1, fine);
  }

  /** Counts a record; whether it is one to measure. */
  public boolean due() {
    return --left == 0;
  }

  /** The record that was due takes so much, or so much more than before. */
  void add(long grown) {
    bytes = Math.max(0, bytes + grown * weight);
    measured++;
    if (measured >= 32) {
      // A random step, so that a pattern in the records does not meet that of the sample.
      long fit = fine / Math.max(1, Math.abs(grown));
      step = (int) Math.max(1, Math.min(Math.min(fit, 2L * step), MOST));
      seed ^= seed << 13;
      seed ^= seed >>> 17;
      seed ^= seed << 5;
      left = 1 + Math.floorMod(seed, 2 * step - 1);
      weight = step;
    } else {
      left = 1;
    }
  }

  /** Measures the record that was due. */
  public void measure(Object record, long more) {
    add(Footprint.of(record) + more);
  }

  public long bytes() {
    return bytes;
  }

  /** Nothing is held any more; what is known of the records' sizes stays. */
  void clear() {
    bytes = 0;
  }
}
