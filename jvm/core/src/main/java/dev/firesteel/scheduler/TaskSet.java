package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.plan.TaskPlan;
import dev.firesteel.scheduler.States.TaskSetState;
import dev.firesteel.scheduler.States.TaskState;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one stage. It lives from the stage's first start until all its partitions are there
 * or nobody needs them; when map outputs that it reads are lost it is suspended, and goes on later.
 * Owned by the scheduler's thread.
 *
 * <p>Invariant: the pending queue holds exactly the tasks that are PENDING.
 */
final class TaskSet {
  final int stage;
  final Owner owner;
  final IntFunction<TaskPlan> planner;
  final Lifecycle<TaskSetState> state;
  int stageAttempt;

  /** How many attempts are running, those that were told to end included. */
  int running;

  /** How many attempts failed. */
  int failed;

  /** What its tasks share if they are launched together, or null. */
  final @Nullable Barrier barrier;

  private final Map<Integer, Task> tasks = new HashMap<>();
  private final Deque<Task> pending = new ArrayDeque<>();

  /**
   * On whose behalf the tasks run.
   *
   * @param sequence the order in which jobs were submitted
   * @param pool the scheduler pool
   */
  record Owner(long job, long sequence, String pool, Map<String, String> properties) {}

  TaskSet(int stage, Owner owner, IntFunction<TaskPlan> planner, @Nullable Barrier barrier) {
    this.barrier = barrier;
    this.stage = stage;
    this.owner = requireNonNull(owner, "owner is null");
    this.planner = requireNonNull(planner, "planner is null");
    this.state = new Lifecycle<>(this, TaskSetState.ACTIVE);
  }

  /** Adds tasks for partitions that are to be computed; a task that was done is done again. */
  void want(Collection<Integer> partitions) {
    for (int partition : partitions) {
      Task task = tasks.get(partition);
      if (task == null) {
        task = new Task(this, partition);
        tasks.put(partition, task);
        pending.addLast(task);
      } else if (task.state.is(TaskState.DONE)) {
        task.state.to(TaskState.PENDING, "its output was lost");
        pending.addLast(task);
      }
    }
  }

  /** A task that ran, or waited for a block, waits for a slot again, before all others. */
  void again(Task task, String cause) {
    task.state.to(TaskState.PENDING, cause);
    pending.addFirst(task);
  }

  /** Takes the next task that waits for a slot. */
  @Nullable Task poll() {
    return pending.poll();
  }

  /** Puts back a task that was taken and stayed PENDING. */
  void putBack(Task task) {
    pending.addFirst(task);
  }

  /** Returns how many tasks wait for a slot. */
  int pendingCount() {
    return pending.size();
  }

  /** Returns whether a task could be launched. */
  boolean hasPending() {
    return state.is(TaskSetState.ACTIVE) && !pending.isEmpty();
  }

  /** Forgets all tasks that wait for a slot. */
  void clearPending() {
    pending.clear();
  }

  /** Returns all tasks. */
  Collection<Task> tasks() {
    return tasks.values();
  }

  @Override
  public String toString() {
    return "task set of stage " + stage;
  }
}
