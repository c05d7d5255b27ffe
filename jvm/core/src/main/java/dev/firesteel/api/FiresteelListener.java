package dev.firesteel.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Is told what a context does: jobs, stages and tasks that start and end, in this order. All
 * listeners of a context are called by one thread of its own; an exception of theirs is logged, and
 * nothing else. When the context is closed, what has happened until then is told.
 *
 * <pre>{@code
 * sc.addListener(new FiresteelListener() {
 *   public void onJobEnd(JobEnd job) {
 *     System.out.println(job.job() + (job.failure().isEmpty() ? " is done" : " failed"));
 *   }
 * });
 * }</pre>
 */
public interface FiresteelListener {

  /**
   * A job has been submitted.
   *
   * @param job its facts
   */
  default void onJobStart(JobStart job) {}

  /**
   * A job has ended.
   *
   * @param job its facts
   */
  default void onJobEnd(JobEnd job) {}

  /**
   * A stage computes partitions, or computes some again.
   *
   * @param stage its facts
   */
  default void onStageStart(StageStart stage) {}

  /**
   * Nothing more is computed for a stage.
   *
   * @param stage its facts
   */
  default void onStageEnd(StageEnd stage) {}

  /**
   * A task has been launched.
   *
   * @param task its facts
   */
  default void onTaskStart(TaskStart task) {}

  /**
   * A task has ended.
   *
   * @param task its facts
   */
  default void onTaskEnd(TaskEnd task) {}

  /**
   * A job that has been submitted.
   *
   * @param job its number
   * @param site the action and its place in the program
   * @param group its job group
   * @param time when
   */
  record JobStart(long job, String site, Optional<String> group, Instant time) {}

  /**
   * A job that has ended.
   *
   * @param job its number
   * @param failure why it failed, or nothing when it succeeded
   * @param time when
   */
  record JobEnd(long job, Optional<String> failure, Instant time) {}

  /**
   * A stage that computes.
   *
   * @param job the earliest job that needs it
   * @param stage its number
   * @param attempt how often it was started before
   * @param name the operation that made its RDD, and its place in the program
   * @param tasks how many partitions are computed
   * @param time when
   */
  record StageStart(long job, int stage, int attempt, String name, int tasks, Instant time) {}

  /**
   * A stage that computes nothing more.
   *
   * @param stage its number
   * @param attempt how often it was started before
   * @param name the operation that made its RDD, and its place in the program
   * @param complete whether all its partitions are there
   * @param time when
   */
  record StageEnd(int stage, int attempt, String name, boolean complete, Instant time) {}

  /**
   * A task that has been launched.
   *
   * @param task the number of the attempt, unique in the application
   * @param job the job for which it runs
   * @param stage its stage
   * @param partition the partition that it computes
   * @param attempt how often it was tried before
   * @param time when
   */
  record TaskStart(long task, long job, int stage, int partition, int attempt, Instant time) {}

  /**
   * A task that has ended.
   *
   * @param task the number of the attempt, unique in the application
   * @param job the job for which it ran
   * @param stage its stage
   * @param partition the partition that it computed
   * @param attempt how often it was tried before
   * @param failure why it failed, or nothing when it succeeded
   * @param records how many records it wrote
   * @param time when
   */
  record TaskEnd(
      long task,
      long job,
      int stage,
      int partition,
      int attempt,
      Optional<String> failure,
      long records,
      Instant time) {}
}
