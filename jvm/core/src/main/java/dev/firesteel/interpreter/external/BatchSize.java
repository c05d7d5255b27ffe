package dev.firesteel.interpreter.external;

/**
 * How many records the next batch should have, for batches of about a wanted length. It depends on
 * the records of the same section only, so that a task that runs again cuts its output at the same
 * places.
 */
final class BatchSize {
  private static final int FIRST = 256;
  private static final int MOST = 1 << 15;

  private final int wanted;
  private int records = FIRST;

  /** Batches of so many bytes. */
  BatchSize(int wanted) {
    this.wanted = wanted;
  }

  int records() {
    return records;
  }

  /** A batch of so many records had so many bytes. */
  void seen(int count, long bytes) {
    long fit = bytes == 0 ? MOST : (long) wanted * count / bytes;
    records = (int) Math.max(1, Math.min(Math.min(fit, 4L * records), MOST));
  }
}
