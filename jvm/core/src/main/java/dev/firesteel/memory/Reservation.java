package dev.firesteel.memory;

import static java.util.Objects.requireNonNull;

/**
 * The room that one operator of a task has for its records. It says what its records take as they
 * become more, and spills them when it is refused. For the task's thread only.
 */
public final class Reservation implements AutoCloseable {
  private static final long STEP = 1 << 20;

  private final TaskMemory task;
  private long held;

  Reservation(TaskMemory task) {
    this.task = requireNonNull(task, "task is null");
  }

  /**
   * The records take so many bytes now.
   *
   * @return false when that is more than there is room for: they are to be spilled
   */
  public boolean cover(long bytes) {
    if (bytes <= held) {
      return true;
    }
    long wish = Math.max(bytes / 8, STEP) + bytes - held;
    if (task.acquire(wish)) {
      held += wish;
      return true;
    }
    long least = bytes - held;
    if (task.acquire(least)) {
      held += least;
      return true;
    }
    return bytes <= task.floor();
  }

  /** What has been granted. */
  public long held() {
    return held;
  }

  /** The records take no more than this any longer; the rest is given back. */
  public void shrink(long bytes) {
    if (bytes < held) {
      task.release(held - bytes);
      held = bytes;
    }
  }

  /** Gives everything back; the operator may begin anew. */
  @Override
  public void close() {
    shrink(0);
  }
}
