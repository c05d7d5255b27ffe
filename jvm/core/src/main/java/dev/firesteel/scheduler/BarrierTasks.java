package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.scheduler.States.TaskSetState;
import dev.firesteel.scheduler.States.TaskState;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskOutcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lets the tasks of a barrier stage do everything together: start, meet in barrier() or
 * allGather(), count when all have succeeded, run again when one has failed. Who waits and who has
 * succeeded is in the stage's {@link Barrier}. Owned by the scheduler's thread.
 */
final class BarrierTasks {
  private final RunningAttempts attempts;
  private final SlotPool slots;
  private final BlockClaims claims;
  private final ShuffleOutputs shuffles;
  private final AttemptFiles files;
  private final Consumer<SchedulerAction> actions;
  private final TaskListener listener;

  BarrierTasks(
      RunningAttempts attempts,
      SlotPool slots,
      BlockClaims claims,
      ShuffleOutputs shuffles,
      AttemptFiles files,
      Consumer<SchedulerAction> actions,
      TaskListener listener) {
    this.attempts = requireNonNull(attempts, "attempts is null");
    this.slots = requireNonNull(slots, "slots is null");
    this.claims = requireNonNull(claims, "claims is null");
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.files = requireNonNull(files, "files is null");
    this.actions = requireNonNull(actions, "actions is null");
    this.listener = requireNonNull(listener, "listener is null");
  }

  /**
   * Launches all tasks of a barrier stage.
   *
   * @return false if they have to wait for an attempt to end first
   */
  boolean launch(TaskSet set, Barrier barrier) {
    if (set.pendingCount() < barrier.tasks || slots.free() < barrier.tasks) {
      return false;
    }
    List<Task> tasks = new ArrayList<>(barrier.tasks);
    for (Task task = set.poll(); task != null; task = set.poll()) {
      tasks.add(task);
    }
    List<TaskPlan> plans = new ArrayList<>(tasks.size());
    Set<BlockId.Rdd> materialized = new HashSet<>();
    for (Task task : tasks) {
      TaskPlan plan = task.plan(listener);
      if (plan == null) {
        return true; // The stage has failed.
      }
      plans.add(plan);
      if (!shuffles.areComplete(plan.shuffles())) {
        putBack(set, tasks);
        listener.shuffleMissing(set.stage);
        return true;
      }
      if (claims.blockedBy(plan.caches().keySet()) != null) {
        putBack(set, tasks);
        return false;
      }
      if (!Collections.disjoint(materialized, plan.caches().keySet())) {
        putBack(set, tasks);
        fail(
            task,
            "Several tasks of a barrier stage need the same persisted partition, which is not"
                + " computed yet: compute it first, for example with count()");
        return true;
      }
      materialized.addAll(plan.caches().keySet());
    }
    for (int i = 0; i < tasks.size(); i++) {
      ExecutorSlots otherwise = requireNonNull(slots.mostFree(), "there were enough free slots");
      attempts.launch(tasks.get(i), plans.get(i), otherwise);
    }
    return true;
  }

  private static void putBack(TaskSet set, List<Task> tasks) {
    for (int i = tasks.size() - 1; i >= 0; i--) {
      set.putBack(tasks.get(i));
    }
  }

  /** Looks at a task that waits for the others; returns the step that notes it. */
  Runnable reached(BarrierCall call) {
    RunningAttempt attempt = attempts.find(call.attempt().id());
    if (attempt == null || attempt.revoked != null) {
      return () -> {};
    }
    Barrier barrier =
        requireNonNull(
            attempt.task.set.barrier, () -> "a task without a barrier waits: " + call.attempt());
    return () -> reached(call, barrier, attempt.task);
  }

  private void reached(BarrierCall call, Barrier barrier, Task task) {
    barrier.reached(call);
    if (failIfDeadlocked(barrier, task)) {
      return;
    }
    List<BarrierCall> all = barrier.meet();
    List<String> messages = all.stream().map(BarrierCall::message).toList();
    for (BarrierCall one : all) {
      RunningAttempt waiting =
          requireNonNull(attempts.find(one.attempt().id()), "one that waits is running");
      actions.accept(new SchedulerAction.Met(waiting.executor.id, one, messages));
    }
  }

  /** A task has succeeded: when all have, all count. */
  void succeeded(RunningAttempt attempt, Barrier barrier, TaskOutcome.Succeeded outcome) {
    TaskSet set = attempt.task.set;
    attempt.task.state.to(TaskState.DONE, "succeeded");
    barrier.succeeded(attempt, outcome);
    if (failIfDeadlocked(barrier, attempt.task) || !barrier.isComplete()) {
      return;
    }
    for (Barrier.Held held : barrier.clear()) {
      if (set.state.is(TaskSetState.ENDED)) {
        files.discardWithBlocks(held.attempt(), held.outcome());
      } else {
        files.keepBlocks(held.attempt(), held.outcome().report());
        listener.taskSucceeded(
            held.outcome().attempt(), held.outcome().report(), held.attempt().executor.id);
      }
    }
  }

  /** All tasks run again. */
  void restart(TaskSet set, Barrier barrier, String reason) {
    attempts.revokeAll(set, reason);
    for (Barrier.Held held : barrier.clear()) {
      files.discardWithBlocks(held.attempt(), held.outcome());
      set.again(held.attempt().task, reason);
    }
    set.stageAttempt = listener.barrierRestarted(set.stage);
  }

  /** Nobody needs the stage any more: those that have succeeded do not count. */
  void end(Barrier barrier) {
    for (Barrier.Held held : barrier.clear()) {
      files.discardWithBlocks(held.attempt(), held.outcome());
    }
  }

  private boolean failIfDeadlocked(Barrier barrier, Task task) {
    String why = barrier.deadlock();
    if (why != null) {
      fail(task, why);
    }
    return why != null;
  }

  private void fail(Task task, String why) {
    listener.taskFailed(new TaskFailure("barrier", why, task.unlaunched(), 1, null, null));
  }
}
