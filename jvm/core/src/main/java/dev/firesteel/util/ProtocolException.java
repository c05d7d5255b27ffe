package dev.firesteel.util;

/**
 * A peer (driver, daemon, worker) sent what the protocol does not allow. It is a defect of ours or
 * a mixture of versions, never the user's doing.
 */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ProtocolException(String message) {
    super(message);
  }

  public ProtocolException(String message, Throwable cause) {
    super(message, cause);
  }
}
