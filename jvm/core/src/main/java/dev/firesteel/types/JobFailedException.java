package dev.firesteel.types;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job did not succeed. The message says which operation failed, at which line of the program, in
 * which partition and at which record. The cause is what the function threw, if a function did.
 */
public final class JobFailedException extends FiresteelException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final long job;
  private final int partition;
  private final String site;
  private final @Nullable String record;

  /**
   * Says which job failed, and why.
   *
   * @param message for the user
   * @param cause what the user's function threw, or null
   * @param kind what went wrong, such as {@code user} or {@code worker}
   * @param job the job
   * @param partition the partition of the stage, -1 if none is to blame
   * @param site the operation that failed and its place in the program
   * @param record the record that the function was called with, shortened; null if it is not known
   */
  public JobFailedException(
      String message,
      @Nullable Throwable cause,
      String kind,
      long job,
      int partition,
      String site,
      @Nullable String record) {
    super(message, cause);
    this.kind = requireNonNull(kind, "kind is null");
    this.job = job;
    this.partition = partition;
    this.site = requireNonNull(site, "site is null");
    this.record = record;
  }

  /**
   * Returns what went wrong: {@code user} (a function threw), {@code worker} (a process died),
   * {@code source} (an input could not be read), {@code unpicklable} (a record could not be
   * serialized), {@code disk}, {@code corrupt}, {@code indeterminate} or {@code internal}.
   */
  public String kind() {
    return kind;
  }

  /** Returns the number of the job. */
  public long job() {
    return job;
  }

  /** Returns the partition whose task failed, or -1 if no task is to blame. */
  public int partition() {
    return partition;
  }

  /** Returns the operation that failed and its place, such as {@code "map at App.java:12"}. */
  public String site() {
    return site;
  }

  /** Returns what the record looks like at which the function threw, where that is known. */
  public Optional<String> record() {
    return Optional.ofNullable(record);
  }
}
