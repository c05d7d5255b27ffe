package dev.firesteel.types;

import org.jspecify.annotations.Nullable;

/** A function or a record can't be sent to a task: something that it holds is not serializable. */
public final class NotSerializableException extends FiresteelException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what went wrong.
   *
   * @param message for the user
   * @param cause what it comes from, or null
   */
  public NotSerializableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
