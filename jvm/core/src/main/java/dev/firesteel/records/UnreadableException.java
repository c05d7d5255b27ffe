package dev.firesteel.records;

/**
 * A stored batch is intact, but its records can't be deserialized: a class of theirs is not there,
 * is another one, or throws.
 */
public final class UnreadableException extends TaskFault {
  private static final long serialVersionUID = 1L;

  public UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
