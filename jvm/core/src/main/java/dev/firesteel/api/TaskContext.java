package dev.firesteel.api;

import dev.firesteel.interpreter.JavaTask;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The task in which a function runs.
 *
 * <pre>{@code
 * lines.mapPartitions(records -> {
 *   int partition = TaskContext.get().partitionId();
 *   return List.of(partition).iterator();
 * });
 * }</pre>
 */
public final class TaskContext {
  private final JavaTask task;

  private TaskContext(JavaTask task) {
    this.task = task;
  }

  /**
   * Returns the task that the calling thread runs.
   *
   * @throws IllegalStateException when it runs none
   */
  public static TaskContext get() {
    return find()
        .orElseThrow(
            () -> new IllegalStateException("this thread runs no task: it is the driver's"));
  }

  /** Returns the task that the calling thread runs, or nothing in the driver. */
  public static Optional<TaskContext> find() {
    return Optional.ofNullable(JavaTask.current()).map(TaskContext::new);
  }

  /** Returns which partition of its stage the task computes. */
  public int partitionId() {
    return task.identity().partition();
  }

  /** Returns the number of the stage. */
  public int stageId() {
    return task.identity().stage();
  }

  /** Returns how often the task had been tried before. */
  public int attemptNumber() {
    return task.identity().attempt();
  }

  /** Returns the number of the attempt, unique in the application. */
  public long taskAttemptId() {
    return task.identity().id();
  }

  /** Returns how many processors the task may use. */
  public int cpus() {
    return task.identity().cpus();
  }

  /**
   * Returns a local property of the job, or null.
   *
   * @param key the property
   */
  public @Nullable String getLocalProperty(String key) {
    return task.properties().get(key);
  }

  /** Returns whether the task is being ended from outside. */
  public boolean isInterrupted() {
    return task.killed() != null;
  }
}
