package dev.firesteel.scheduler;

import dev.firesteel.job.JobFailure;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.scheduler.States.TaskState;
import dev.firesteel.task.TaskAttempt;
import org.jspecify.annotations.Nullable;

/** One partition of a task set, with its attempts. Owned by the scheduler's thread. */
final class Task {
  final TaskSet set;
  final int partition;
  final Lifecycle<TaskState> state;

  /** How many attempts were launched. */
  int attempts;

  /** How many attempts failed in a way that counts. */
  int failures;

  Task(TaskSet set, int partition) {
    this.set = set;
    this.partition = partition;
    this.state = new Lifecycle<>(this, TaskState.PENDING);
  }

  /**
   * Plans the task; if that is not possible it is put back, and its stage fails. Planning changes
   * nothing, so a fault in it is no reason to fail more.
   */
  @Nullable TaskPlan plan(TaskListener listener) {
    try {
      return set.planner.apply(partition);
    } catch (RuntimeException | StackOverflowError e) {
      set.putBack(this);
      JobFailure internal = JobFailure.internal(e, set.owner.job(), "");
      listener.taskFailed(
          new TaskFailure(
              internal.kind(), internal.message(), unlaunched(), attempts, null, internal.java()));
      return null;
    }
  }

  /** Names the task in a failure that is none of its attempts'. */
  TaskAttempt unlaunched() {
    return new TaskAttempt(0, set.owner.job(), set.stage, set.stageAttempt, partition, attempts);
  }

  @Override
  public String toString() {
    return "task " + partition + " of " + set;
  }
}
