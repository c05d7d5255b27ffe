package dev.firesteel.interpreter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells what went wrong in a task apart: the engine's own, or a function of the user's. */
final class Failures {
  private static final int LONGEST = 300;

  private Failures() {}

  /**
   * What is to be thrown on when calling a function of the user's has thrown. What the engine threw
   * below it (another step, a damaged block) goes on as it was, also when the function has wrapped
   * it; everything else is the function's.
   *
   * @param record what the function was called with; null if that is not known, or nothing
   */
  static RuntimeException ofUser(Step step, @Nullable Object record, Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < 100; depth++) {
      if (isOurs(each)) {
        return (RuntimeException) each;
      }
      each = each.getCause();
    }
    String shown = record == null ? null : shorten(record);
    return new UserFunctionException(step.operation(), step.site(), shown, thrown);
  }

  /** The same exception, for iterators, which throw no checked ones. */
  static RuntimeException unchecked(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException known
        ? known
        : new IllegalStateException("an iterator threw a checked exception", thrown);
  }

  private static boolean isOurs(Throwable thrown) {
    return thrown instanceof UserFunctionException || thrown instanceof TaskKilledException;
  }

  /** What a record looks like, in about 300 characters, also when its own toString fails. */
  static String shorten(Object value) {
    String text;
    try {
      text = shown(value);
    } catch (RuntimeException | Error e) { // the user's own toString may do anything
      text = "a " + value.getClass().getName() + " whose toString threw " + e.getClass().getName();
    }
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }

  private static String shown(Object value) {
    if (value instanceof String text && text.length() > LONGEST) {
      return text.substring(0, LONGEST) + "...";
    }
    if (value instanceof byte[] bytes) {
      return "byte[" + bytes.length + "]";
    }
    if (value instanceof List<?> list && list.size() > 8) {
      return "a list of " + list.size() + ": " + list.subList(0, 8);
    }
    return String.valueOf(value);
  }
}
