package dev.firesteel.types;

import org.jspecify.annotations.Nullable;

/** The directory that an RDD is to be saved to exists. */
public final class OutputExistsException extends FiresteelException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what went wrong.
   *
   * @param message for the user
   * @param cause what it comes from, or null
   */
  public OutputExistsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
