package dev.firesteel.interpreter;

import dev.firesteel.interpreter.external.RecordException;
import dev.firesteel.records.TaskFault;
import dev.firesteel.types.Pair;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells what went wrong in a task apart: the engine's own, or a function of the user's. */
public final class Failures {
  private static final int LONGEST = 300;
  private static final int FEW = 8;

  private Failures() {}

  /**
   * What is to be thrown on when calling a function of the user's has thrown. What the engine threw
   * below it (another step, a damaged block) goes on as it was, also when the function has wrapped
   * it; everything else is the function's.
   *
   * @param record what the function was called with; null if that is not known, or nothing
   */
  static RuntimeException ofUser(Step step, @Nullable Object record, Throwable thrown) {
    return ofUser(step.operation(), step.site(), record, thrown);
  }

  /**
   * The same for a function that is not a step's own.
   *
   * @param site such as {@code reduceByKey at App.java:12}, which begins with the operation
   */
  public static RuntimeException ofUser(String site, @Nullable Object record, Throwable thrown) {
    int space = site.indexOf(' ');
    return ofUser(space < 0 ? site : site.substring(0, space), site, record, thrown);
  }

  private static RuntimeException ofUser(
      String operation, String site, @Nullable Object record, Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < 100; depth++) {
      if (isOurs(each)) {
        return (RuntimeException) each;
      }
      each = each.getCause();
    }
    String shown = record == null ? null : shorten(record);
    return new UserFunctionException(operation, site, shown, thrown);
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
    return thrown instanceof UserFunctionException
        || thrown instanceof TaskKilledException
        || thrown instanceof RecordException
        || thrown instanceof TaskFault;
  }

  /** What a record looks like, in about 300 characters, also when its own toString fails. */
  public static String shorten(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
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
    if (value instanceof Pair<?, ?> pair) {
      return "(" + shorten(pair.key()) + ", " + shorten(pair.value()) + ")";
    }
    if (value instanceof List<?> list && list.size() > FEW) {
      return "a list of " + list.size() + ": " + list.subList(0, FEW);
    }
    if (value instanceof Collection<?> many && many.size() > FEW) {
      return "a " + value.getClass().getSimpleName() + " of " + many.size();
    }
    if (value instanceof Map<?, ?> map && map.size() > FEW) {
      return "a map of " + map.size();
    }
    return String.valueOf(value);
  }
}
