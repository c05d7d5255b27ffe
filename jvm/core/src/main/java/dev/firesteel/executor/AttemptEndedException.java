package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.records.TaskFault;
import dev.firesteel.task.TaskOutcome;

/** An attempt has ended in the depth of what its thread was doing; the outcome goes to the top. */
final class AttemptEndedException extends TaskFault {
  private static final long serialVersionUID = 1L;

  private final transient TaskOutcome outcome;

  AttemptEndedException(TaskOutcome outcome) {
    super(outcome.toString(), null);
    this.outcome = requireNonNull(outcome, "outcome is null");
  }

  TaskOutcome outcome() {
    return outcome;
  }
}
