package dev.firesteel.executor;

import java.util.function.Consumer;

/**
 * Runs task attempts. The scheduler calls {@link #launch} and {@link #kill} on its own thread, so
 * neither may block or do IO there.
 */
public interface Executor extends AutoCloseable {

  /** Returns the name of this executor. */
  String id();

  /** Returns how many attempts may run at once; the scheduler never launches more. */
  int slots();

  /**
   * Starts an attempt.
   *
   * @param done called from a thread of the executor, exactly once per launch, whatever happens
   */
  void launch(TaskDescription task, Consumer<TaskOutcome> done);

  /** Ends a running attempt. Its outcome still comes; an attempt that has ended is left alone. */
  void kill(long attemptId, String reason);

  /** Ends all attempts and releases everything. Idempotent. */
  @Override
  void close();
}
