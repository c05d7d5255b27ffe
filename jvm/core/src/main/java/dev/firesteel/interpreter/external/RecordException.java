package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A record can't be used as an operation needs it: it is no pair, or its key can't be compared. */
public final class RecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object record;

  /**
   * What is wrong.
   *
   * @param record the record or key, or null if it is not known
   */
  public RecordException(String message, @Nullable Object record) {
    super(requireNonNull(message, "message is null"));
    this.record = record;
  }

  /** What is wrong, and what showed it. */
  public RecordException(String message, @Nullable Object record, Throwable cause) {
    super(requireNonNull(message, "message is null"), cause);
    this.record = record;
  }

  /** The record or key, or null if it is not known. */
  public @Nullable Object record() {
    return record;
  }
}
