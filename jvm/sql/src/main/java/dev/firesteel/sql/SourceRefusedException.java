package dev.firesteel.sql;

/** Says that the driver cannot give a source's files; the message is the driver's. */
final class SourceRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SourceRefusedException(String message) {
    super(message);
  }

  SourceRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
