package dev.firesteel.types;

import org.jspecify.annotations.Nullable;

/** An RDD was used although its context has been stopped. */
public final class ContextStoppedException extends FiresteelException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what went wrong.
   *
   * @param message for the user
   * @param cause what it comes from, or null
   */
  public ContextStoppedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
