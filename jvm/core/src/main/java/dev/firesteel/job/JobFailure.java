package dev.firesteel.job;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * Why a job did not succeed. Numbers that do not apply are -1.
 *
 * @param kind what went wrong, as on the wire: user, cancelled, worker, corrupt, indeterminate …
 * @param message one or more sentences
 * @param attempt the number of the last attempt of the task, from 0
 * @param attempts how often the task was tried
 * @param site where in the user's program the stage's RDD was made
 * @param error the worker's error map, still in MessagePack, or null
 * @param java the stack of a Java exception, or null
 */
public record JobFailure(
    String kind,
    String message,
    long job,
    int stage,
    int partition,
    int attempt,
    int attempts,
    String site,
    byte @Nullable [] error,
    @Nullable String java) {
  // Written out, because the compiler loses the annotations of a compact constructor's parameters.
  public JobFailure(
      String kind,
      String message,
      long job,
      int stage,
      int partition,
      int attempt,
      int attempts,
      String site,
      byte @Nullable [] error,
      @Nullable String java) {
    this.kind = requireNonNull(kind, "kind is null");
    this.message = requireNonNull(message, "message is null");
    this.job = job;
    this.stage = stage;
    this.partition = partition;
    this.attempt = attempt;
    this.attempts = attempts;
    this.site = requireNonNull(site, "site is null");
    this.error = error;
    this.java = java;
  }

  /** A failure that no task is to blame for. */
  public static JobFailure of(String kind, String message, long job, String site) {
    return new JobFailure(kind, message, job, -1, -1, -1, 0, site, null, null);
  }

  /** A fault of the engine's own. */
  public static JobFailure internal(Throwable cause, long job, String site) {
    StringWriter stack = new StringWriter();
    cause.printStackTrace(new PrintWriter(stack, true));
    return new JobFailure(
        "internal",
        "The engine failed: " + cause,
        job,
        -1,
        -1,
        -1,
        0,
        site,
        null,
        stack.toString());
  }
}
