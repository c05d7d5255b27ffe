package dev.firesteel.scheduler;

import dev.firesteel.scheduler.States.TaskState;

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

  @Override
  public String toString() {
    return "task " + partition + " of " + set;
  }
}
