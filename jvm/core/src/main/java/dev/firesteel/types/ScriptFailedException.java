package dev.firesteel.types;

/** A Python script ended with an error. The message has the end of its standard error. */
public class ScriptFailedException extends FiresteelException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String standardError;

  /** Creates one with a message, the script's exit status and the end of its standard error. */
  public ScriptFailedException(String message, int status, String standardError) {
    super(message, null);
    this.status = status;
    this.standardError = standardError;
  }

  /** Returns the script's exit status; of one that a signal ended, 128 and the signal's number. */
  public int status() {
    return status;
  }

  /**
   * Returns the end of what the script wrote to its standard error: its traceback, if it has one.
   */
  public String standardError() {
    return standardError;
  }
}
