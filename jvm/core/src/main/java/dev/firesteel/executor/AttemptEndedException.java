package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

/**
 * An attempt has ended in the depth of what its thread was doing; the outcome goes to the top.
 * Without a stack: the outcome says all.
 */
final class AttemptEndedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient TaskOutcome outcome;

  AttemptEndedException(TaskOutcome outcome) {
    super(outcome.toString(), null, false, false);
    this.outcome = requireNonNull(outcome, "outcome is null");
  }

  TaskOutcome outcome() {
    return outcome;
  }
}
