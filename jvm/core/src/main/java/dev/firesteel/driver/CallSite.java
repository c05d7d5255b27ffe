package dev.firesteel.driver;

import java.util.Optional;

/** Finds the line of the user's program that called an operation. */
public final class CallSite {
  private static final StackWalker STACK = StackWalker.getInstance();

  private CallSite() {}

  /**
   * Returns the operation and the line that called it, such as {@code "map at App.java:12"}.
   *
   * @param operation the method that the user called
   */
  public static String of(String operation) {
    Optional<StackWalker.StackFrame> caller =
        STACK.walk(frames -> frames.filter(frame -> !isOurs(frame.getClassName())).findFirst());
    return caller.map(frame -> operation + " at " + place(frame)).orElse(operation);
  }

  /** Whether a class is part of this library rather than of the program that uses it. */
  static boolean isOurs(String className) {
    return className.startsWith("dev.firesteel.api.")
        || className.startsWith("dev.firesteel.driver.");
  }

  private static String place(StackWalker.StackFrame frame) {
    String file = frame.getFileName();
    int line = frame.getLineNumber();
    return line > 0 && file != null ? file + ":" + line : frame.getClassName();
  }
}
