package dev.firesteel.lineage;

/** A driver named lineage that it never sent, or that cannot be. A fault of the driver's side. */
public final class LineageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one with a message. */
  public LineageException(String message) {
    super(message);
  }
}
