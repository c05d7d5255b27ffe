package dev.firesteel.interpreter;

/** The task was ended from outside, and its thread has noticed. */
public final class TaskKilledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TaskKilledException(String reason) {
    super(reason);
  }
}
