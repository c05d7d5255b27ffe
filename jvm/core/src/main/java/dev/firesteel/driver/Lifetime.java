package dev.firesteel.driver;

import dev.firesteel.types.ContextStoppedException;
import org.jspecify.annotations.Nullable;

/** Whether a driver's context still runs, and the place that stopped it. Thread-safe. */
final class Lifetime {
  private volatile @Nullable String stopped;

  /**
   * Goes on if the context has not been stopped.
   *
   * @param what was called, for the error
   */
  void requireRunning(String what) {
    String where = stopped;
    if (where != null) {
      throw new ContextStoppedException(
          "%s: the context has been stopped (%s). Make a new one, and the RDDs on it again."
              .formatted(what, where),
          null);
    }
  }

  boolean running() {
    return stopped == null;
  }

  /**
   * Ends it.
   *
   * @param where the place that stopped the context
   * @return false if it had ended before
   */
  synchronized boolean end(String where) {
    if (stopped != null) {
      return false;
    }
    stopped = where;
    return true;
  }
}
