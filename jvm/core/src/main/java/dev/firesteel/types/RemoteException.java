package dev.firesteel.types;

import static java.util.Objects.requireNonNull;

/**
 * What a function threw, where the exception itself could not be brought to the driver: it was
 * thrown in Python, or can't be serialized.
 */
public final class RemoteException extends FiresteelException {
  private static final long serialVersionUID = 1L;

  private final String type;
  private final String traceback;

  /**
   * Stands for an exception.
   *
   * @param type the name of its type
   * @param message its message
   * @param traceback its stack, as text
   */
  public RemoteException(String type, String message, String traceback) {
    super(text(type, message, traceback), null);
    this.type = requireNonNull(type, "type is null");
    this.traceback = requireNonNull(traceback, "traceback is null");
  }

  private static String text(String type, String message, String traceback) {
    String first = message.isEmpty() || message.startsWith(type) ? message : type + ": " + message;
    String head = first.isEmpty() ? type : first;
    return traceback.isBlank() ? head : head + "\n" + traceback.stripTrailing();
  }

  /** Returns the name of the exception's type. */
  public String type() {
    return type;
  }

  /** Returns the exception's stack, as it was printed where it was thrown. */
  public String traceback() {
    return traceback;
  }
}
