package dev.firesteel.types;

import org.jspecify.annotations.Nullable;

/** Something that the engine could not do. The message says what, why, and what to do. */
public class FiresteelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what went wrong.
   *
   * @param message for the user
   * @param cause what it comes from, or null
   */
  public FiresteelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
