package dev.firesteel.engine;

import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskOutcome;

/**
 * Is told what an engine does, in the order in which it happens. Called on the engine's own
 * threads, so every method must be quick: hand it to another thread.
 */
public interface EngineListener {

  /** A job has been submitted. */
  void jobStarted(JobRequest request);

  /** A job has ended. */
  void jobEnded(long job, JobResult result);

  /**
   * A stage computes partitions, or computes some again.
   *
   * @param job the earliest job that needs it
   * @param attempt how often it was started before
   * @param name the operation that made its RDD, and its place in the user's program
   * @param tasks how many partitions are missing
   */
  void stageStarted(long job, int stage, int attempt, String name, int tasks);

  /**
   * Nothing more is computed for a stage.
   *
   * @param complete whether all its partitions are there
   */
  void stageEnded(int stage, int attempt, String name, boolean complete);

  /** A task has been launched. */
  void taskStarted(TaskAttempt attempt);

  /** A task attempt has ended. */
  void taskEnded(TaskOutcome outcome);
}
