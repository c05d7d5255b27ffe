package dev.firesteel.executor;

import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import java.util.List;
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
   * @param meet called from a thread of the executor, when the task waits for others; never after
   *     {@code done}
   */
  void launch(TaskDescription task, Consumer<TaskOutcome> done, Consumer<BarrierCall> meet);

  /**
   * Tells a running attempt that all tasks of its barrier stage have made the call in which it
   * waits; without effect when it has ended.
   *
   * @param messages what they said, by partition
   */
  void met(BarrierCall call, List<String> messages);

  /** Ends a running attempt. Its outcome still comes; an attempt that has ended is left alone. */
  void kill(long attemptId, String reason);

  /** Ends all attempts and releases everything. Idempotent. */
  @Override
  void close();
}
