package dev.firesteel.types;

import org.jspecify.annotations.Nullable;

/** An input is not there, or can't be read. */
public final class InvalidInputException extends FiresteelException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what went wrong.
   *
   * @param message for the user
   * @param cause what it comes from, or null
   */
  public InvalidInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
