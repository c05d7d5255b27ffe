package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.scheduler.States.TaskSetState;
import dev.firesteel.scheduler.States.TaskState;
import dev.firesteel.task.TaskOutcome;

/**
 * What follows from the end of an attempt that was not told to end: its task is done, runs again,
 * or has failed for good. Owned by the scheduler's thread.
 */
final class AttemptEnding implements TaskOutcome.Handler {
  private final RunningAttempt ended;
  private final Task task;
  private final BlockKeeper blocks;
  private final RetryPolicy retries;
  private final TaskListener listener;

  AttemptEnding(
      RunningAttempt ended, BlockKeeper blocks, RetryPolicy retries, TaskListener listener) {
    this.ended = requireNonNull(ended, "ended is null");
    this.task = ended.task;
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.retries = requireNonNull(retries, "retries is null");
    this.listener = requireNonNull(listener, "listener is null");
  }

  @Override
  public void onSucceeded(TaskOutcome.Succeeded outcome) {
    task.state.to(TaskState.DONE, "succeeded");
    listener.taskSucceeded(outcome.attempt(), outcome.report(), ended.executor.id);
  }

  @Override
  public void onFailed(TaskOutcome.Failed outcome) {
    BlockId.ShuffleMap mapOutput = outcome.failure().mapOutput();
    BlockId.Rdd block = outcome.failure().block();
    if (mapOutput != null) {
      task.set.failed++;
      task.set.again(task, "a map output that it reads was lost");
      listener.mapOutputLost(outcome.attempt(), mapOutput, outcome.failure().message());
      return;
    }
    if (block != null) {
      blocks.lost(block, outcome.attempt().id());
    }
    if (!task.set.state.is(TaskSetState.ENDED)) { // the loss may have failed the job
      retry(outcome);
    }
  }

  @Override
  public void onKilled(TaskOutcome.Killed outcome) {
    retry(outcome);
  }

  @Override
  public void onWorkerDied(TaskOutcome.WorkerDied outcome) {
    retry(outcome);
  }

  @Override
  public void onBlockGone(TaskOutcome.BlockGone outcome) {
    blocks.lost(outcome.block(), outcome.attempt().id());
    if (!task.set.state.is(TaskSetState.ENDED)) {
      task.set.again(task, "a block that it was to read had gone");
    }
  }

  @Override
  public void onExecutorLost(TaskOutcome.ExecutorLost outcome) {
    retry(outcome);
  }

  @Override
  public void onLaunchFailed(TaskOutcome.LaunchFailed outcome) {
    retry(outcome);
  }

  private void retry(TaskOutcome outcome) {
    task.failures++;
    task.set.failed++;
    task.set.again(task, "its attempt failed");
    TaskFailure failure = retries.failure(outcome, task.failures, ended.attempt);
    if (failure != null) {
      listener.taskFailed(failure);
    }
  }
}
