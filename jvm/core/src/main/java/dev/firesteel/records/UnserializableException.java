package dev.firesteel.records;

/** Records can't be written: one of them, or what it holds, is not serializable. */
public final class UnserializableException extends TaskFault {
  private static final long serialVersionUID = 1L;

  /**
   * Which records, and why.
   *
   * @param what the record or records
   */
  public UnserializableException(String what, Throwable cause) {
    super("cannot serialize " + what, cause);
  }
}
