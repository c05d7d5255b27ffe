package dev.firesteel.worker;

import org.jspecify.annotations.Nullable;

/** No worker can be had. The message says what happened, the likely cause, and the next step. */
public final class WorkerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean lasting;

  public WorkerException(String message) {
    this(message, null, false);
  }

  public WorkerException(String message, Throwable cause) {
    this(message, cause, false);
  }

  WorkerException(String message, @Nullable Throwable cause, boolean lasting) {
    super(message, cause);
    this.lasting = lasting;
  }

  /** Whether it will be the same the next time: the interpreter itself is of no use. */
  public boolean isLasting() {
    return lasting;
  }
}
