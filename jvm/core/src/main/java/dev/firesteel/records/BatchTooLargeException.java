package dev.firesteel.records;

/** A batch takes more bytes than an array has room for. With fewer records it may fit. */
final class BatchTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BatchTooLargeException(long bytes) {
    super("a batch of records that takes at least " + bytes + " bytes");
  }
}
