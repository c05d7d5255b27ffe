package dev.firesteel.scheduler;

import dev.firesteel.task.FailureKind;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Which failures are retried. The engine's own (a worker died, an executor was lost, a block was
 * corrupt, a disk was full) up to {@link SchedulerConf#maxTaskFailures}; those of the user's
 * functions, which would mostly fail in the same way again, up to {@link
 * SchedulerConf#maxUserFailures}; an input that has changed since it was listed, never: the plan is
 * stale. Nor is an interpreter tried again that can't run workers.
 */
final class RetryPolicy {
  private final SchedulerConf conf;

  RetryPolicy(SchedulerConf conf) {
    this.conf = conf;
  }

  /**
   * Judges an attempt that failed.
   *
   * @param failures how many attempts of the task have failed, this one included
   * @return why the task has failed for good, or null if it is to be tried again
   */
  @Nullable TaskFailure failure(TaskOutcome outcome, int failures, TaskAttempt attempt) {
    Judgement judgement = judge(outcome);
    if (failures < judgement.limit) {
      return null;
    }
    String message = judgement.message;
    if (failures > 1) {
      message =
          (message.endsWith(".") ? message.substring(0, message.length() - 1) : message)
              + ", in the last of "
              + failures
              + " attempts that failed";
    }
    return new TaskFailure(judgement.kind, message, attempt, failures, judgement.error, null);
  }

  private record Judgement(String kind, int limit, String message, byte @Nullable [] error) {}

  private Judgement judge(TaskOutcome outcome) {
    if (outcome instanceof TaskOutcome.Failed failed) {
      FailureKind kind = failed.failure().kind();
      return new Judgement(
          kind.wire(), limit(kind), failed.failure().message(), failed.failure().error());
    }
    int limit = conf.maxTaskFailures();
    if (outcome instanceof TaskOutcome.WorkerDied died) {
      String who = died.pid() > 0 ? "The Python worker " + died.pid() : "A Python worker";
      return new Judgement("worker", limit, who + " " + died.how(), died.error());
    }
    if (outcome instanceof TaskOutcome.LaunchFailed failed) {
      return new Judgement("worker", failed.lasting() ? 1 : limit, failed.message(), null);
    }
    if (outcome instanceof TaskOutcome.ExecutorLost lost) {
      String message = "The executor " + lost.executor() + " was lost: " + lost.reason();
      return new Judgement("worker", limit, message, null);
    }
    if (outcome instanceof TaskOutcome.Killed killed) {
      return new Judgement("worker", limit, "The task was ended: " + killed.reason(), null);
    }
    throw new AssertionError("not a failure: " + outcome);
  }

  private int limit(FailureKind kind) {
    return switch (kind) {
      case USER, UNPICKLABLE -> conf.maxUserFailures();
      case SOURCE -> 1;
      case CORRUPT, BROADCAST, DISK, INTERNAL -> conf.maxTaskFailures();
    };
  }
}
