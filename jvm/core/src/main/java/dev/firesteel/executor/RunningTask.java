package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.worker.Worker;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One launched attempt, as its thread and whoever kills it see it. Lock: this; nothing else is
 * called under it.
 */
public final class RunningTask {
  final TaskDescription task;
  final Consumer<BarrierCall> meet;

  // Guarded by this.
  private final Set<Worker> workers = new LinkedHashSet<>();
  private @Nullable String killed;
  private @Nullable Worker meeting;
  private @Nullable JavaTask java;

  /**
   * An attempt that nobody has begun.
   *
   * @param meet told when the task waits for the others of its barrier stage
   */
  public RunningTask(TaskDescription task, Consumer<BarrierCall> meet) {
    this.task = requireNonNull(task, "task is null");
    this.meet = requireNonNull(meet, "meet is null");
  }

  /** Which attempt it is. */
  public TaskAttempt attempt() {
    return task.attempt();
  }

  /** The task that is attempted. */
  public TaskDescription task() {
    return task;
  }

  /** Marks it as killed; returns the workers to kill. */
  public synchronized List<Worker> kill(String reason) {
    if (killed == null) {
      killed = requireNonNull(reason, "reason is null");
    }
    return List.copyOf(workers);
  }

  /** Why it was killed, or null if it was not. */
  synchronized @Nullable String killed() {
    return killed;
  }

  /** Functions in Java run now; false when the attempt has been killed before. */
  synchronized boolean runs(JavaTask task) {
    java = task;
    return killed == null;
  }

  /** The part of it whose functions are in Java, or null when none runs. */
  public synchronized @Nullable JavaTask java() {
    return java;
  }

  /** A worker runs a part of it now; false when the attempt has been killed before. */
  synchronized boolean runsOn(Worker worker) {
    if (killed == null) {
      workers.add(worker);
      return true;
    }
    return false;
  }

  /** A worker has done with it; false when it may have been killed meanwhile. */
  synchronized boolean leaves(Worker worker) {
    workers.remove(worker);
    if (meeting == worker) {
      meeting = null;
    }
    return killed == null;
  }

  /** A worker waits for the other tasks of a barrier stage. */
  synchronized void meets(Worker worker) {
    meeting = worker;
  }

  /** The worker that waits for the other tasks of a barrier stage, or null. */
  public synchronized @Nullable Worker meeting() {
    return meeting;
  }
}
