package dev.firesteel.types;

import org.jspecify.annotations.Nullable;

/** A job was cancelled, or the thread that waited for it was interrupted. */
public final class JobCancelledException extends FiresteelException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what went wrong.
   *
   * @param message for the user
   * @param cause what it comes from, or null
   */
  public JobCancelledException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
