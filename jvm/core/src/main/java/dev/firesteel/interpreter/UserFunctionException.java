package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A function of the user's threw. The cause is what it threw. */
public final class UserFunctionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final String site;
  private final @Nullable String record;

  /**
   * What it threw, and where.
   *
   * @param operation such as {@code map}
   * @param site where the program called the operation
   * @param record the record that it was called with, shortened; null if it is not known
   */
  public UserFunctionException(
      String operation, String site, @Nullable String record, Throwable cause) {
    super("the function of " + site + " threw " + cause.getClass().getName(), cause);
    this.operation = requireNonNull(operation, "operation is null");
    this.site = requireNonNull(site, "site is null");
    this.record = record;
  }

  public String operation() {
    return operation;
  }

  public String site() {
    return site;
  }

  /** The record that the function was called with, shortened; null if it is not known. */
  public @Nullable String record() {
    return record;
  }

  /** What the function threw. */
  @Override
  public synchronized Throwable getCause() {
    return requireNonNull(super.getCause(), "cause is null");
  }
}
