package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

/**
 * A task of a barrier stage waits for the others.
 *
 * @param call what it called: barrier or allGather
 * @param round the how-manieth call of this attempt it is; the answer names it
 * @param message what it says to the others
 */
public record BarrierCall(TaskAttempt attempt, String call, int round, String message) {
  public BarrierCall {
    requireNonNull(attempt, "attempt is null");
    requireNonNull(call, "call is null");
    requireNonNull(message, "message is null");
  }
}
