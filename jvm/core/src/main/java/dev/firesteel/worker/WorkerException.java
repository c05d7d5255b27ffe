package dev.firesteel.worker;

/** No worker can be had. The message says what happened, the likely cause, and the next step. */
public final class WorkerException extends Exception {
  private static final long serialVersionUID = 1L;

  public WorkerException(String message) {
    super(message);
  }

  public WorkerException(String message, Throwable cause) {
    super(message, cause);
  }
}
