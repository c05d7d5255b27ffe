package dev.firesteel.executor;

import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs task attempts, in this process or anywhere: nothing here says how it is reached. The
 * scheduler calls {@link #launch}, {@link #met} and {@link #kill} on its own thread, so none of
 * them may block or do IO there.
 */
public interface Executor extends AutoCloseable {

  /**
   * Returns the name of this executor, which no other has or will have: one that takes the place of
   * a lost one has a name of its own.
   */
  String id();

  /** Returns how many attempts may run at once; the scheduler never launches more. */
  int slots();

  /**
   * Starts an attempt.
   *
   * @param done called from a thread of the executor, exactly once per launch, whatever happens,
   *     unless the executor is lost
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

  /**
   * Says who is told when the executor is gone, with its attempts and all that they have written.
   * Called once, before the first launch.
   *
   * @param lost takes the reason, a clause such as {@code "its process was killed by SIGKILL"};
   *     called from any thread, at most once, and never after {@link #close}
   */
  void onLost(Consumer<String> lost);

  /** Ends all attempts and releases everything; so too when it is lost. Idempotent. */
  @Override
  void close();
}
