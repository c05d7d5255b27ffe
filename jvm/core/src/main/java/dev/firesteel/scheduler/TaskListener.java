package dev.firesteel.scheduler;

import dev.firesteel.id.BlockId;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskReport;

/**
 * What the task scheduler tells the DAG scheduler. The calls come while the task scheduler's own
 * state is consistent, and may call back into it.
 */
interface TaskListener {

  /**
   * A task of a stage succeeded, for the first time since it was wanted.
   *
   * @param executor which executor has what it wrote
   */
  void taskSucceeded(TaskAttempt attempt, TaskReport report, String executor);

  /** A task failed too often, or in a way that is not retried. */
  void taskFailed(TaskFailure failure);

  /** An attempt found a map output damaged or missing; its task waits to run again. */
  void mapOutputLost(TaskAttempt attempt, BlockId.ShuffleMap mapOutput, String message);

  /** A task cannot be launched because a shuffle that it reads is incomplete. */
  void shuffleMissing(int stage);

  /**
   * A task of a barrier stage has failed, and so all of them run again.
   *
   * @return the number of the stage's new attempt
   */
  int barrierRestarted(int stage);

  /** No attempt of an ended task set is running any more. */
  void drained(int stage);
}
