package dev.firesteel.executor;

import dev.firesteel.crossing.RecordRefusedException;
import dev.firesteel.id.BlockId;
import dev.firesteel.interpreter.CorruptTableException;
import dev.firesteel.interpreter.Failures;
import dev.firesteel.interpreter.SourceException;
import dev.firesteel.interpreter.UserFunctionException;
import dev.firesteel.interpreter.external.RecordException;
import dev.firesteel.records.DamagedException;
import dev.firesteel.records.DiskException;
import dev.firesteel.records.UnreadableException;
import dev.firesteel.records.UnserializableException;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.util.Msgpack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what went wrong in a task in Java, as workers say it of theirs: the kind, and an error map
 * with {@code type}, {@code message}, {@code traceback}, {@code operation}, {@code record}, {@code
 * language}, and {@code java}, the exception itself when it can be serialized.
 */
final class JavaFailures {
  private static final int LARGEST_EXCEPTION = 1 << 20;
  private static final int LONGEST_TEXT = 1 << 16;
  private static final String OURS = "dev.firesteel.interpreter.";
  private static final int DEEPEST = 50;

  private JavaFailures() {}

  static FailureReport report(Throwable failure) {
    OutOfMemoryError full = find(failure, OutOfMemoryError.class);
    if (full != null) {
      return outOfMemory(failure, full);
    }
    if (failure instanceof UserFunctionException user) {
      return of(FailureKind.USER, user.getCause(), user.site(), user.record());
    }
    if (failure instanceof RecordException unfit) {
      String record = unfit.record() == null ? null : Failures.shorten(unfit.record());
      return of(FailureKind.USER, failure, null, record);
    }
    if (failure instanceof RecordRefusedException refused) {
      return of(FailureKind.USER, refused, refused.site(), null);
    }
    if (failure instanceof DamagedException damage) {
      return damaged(damage);
    }
    return of(kind(failure), failure, null, null);
  }

  private static FailureKind kind(Throwable failure) {
    if (failure instanceof CorruptTableException) {
      return FailureKind.CORRUPT;
    }
    if (failure instanceof SourceException) {
      return FailureKind.SOURCE;
    }
    if (failure instanceof DiskException) {
      return FailureKind.DISK;
    }
    if (failure instanceof UnserializableException) {
      return FailureKind.UNPICKLABLE;
    }
    // Closures and records whose classes are not there, or that throw as they are read.
    return failure instanceof UnreadableException ? FailureKind.USER : FailureKind.INTERNAL;
  }

  private static FailureReport damaged(DamagedException damage) {
    BlockId block;
    try {
      block = BlockId.parse(damage.block());
    } catch (IllegalArgumentException e) {
      block = null; // a spill file of the task's own: it is tried again
    }
    return new FailureReport(
        block instanceof BlockId.Broadcast ? FailureKind.BROADCAST : FailureKind.CORRUPT,
        text(damage),
        error(damage, null, null),
        block instanceof BlockId.Rdd rdd ? rdd : null,
        block instanceof BlockId.ShuffleMap output ? output : null);
  }

  private static FailureReport outOfMemory(Throwable failure, OutOfMemoryError full) {
    String site = failure instanceof UserFunctionException user ? user.site() : null;
    String record = failure instanceof UserFunctionException user ? user.record() : null;
    String message =
        "A task ran out of memory (%s); the heap of this JVM has %d MiB. Give it more with -Xmx or spark.driver.memory, or use more, smaller partitions."
            .formatted(full.getMessage(), Runtime.getRuntime().maxMemory() >> 20);
    Map<String, @Nullable Object> error = map(full, message, site, record);
    return new FailureReport(FailureKind.INTERNAL, message, Msgpack.pack(error), null, null);
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST; depth++) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
      each = each.getCause();
    }
    return null;
  }

  private static FailureReport of(
      FailureKind kind, Throwable failure, @Nullable String site, @Nullable String record) {
    return new FailureReport(kind, text(failure), error(failure, site, record), null, null);
  }

  private static byte[] error(Throwable failure, @Nullable String site, @Nullable String record) {
    return Msgpack.pack(map(failure, text(failure), site, record));
  }

  private static Map<String, @Nullable Object> map(
      Throwable failure, String message, @Nullable String site, @Nullable String record) {
    Map<String, @Nullable Object> error = new LinkedHashMap<>();
    error.put("type", failure.getClass().getName());
    error.put("message", message);
    error.put("traceback", traceback(failure));
    error.put("operation", site);
    error.put("candidates", List.of());
    error.put("record", record);
    error.put("exception", null);
    error.put("language", "java");
    error.put("java", serialized(failure));
    return error;
  }

  private static String text(Throwable failure) {
    String message;
    try {
      message = failure.getMessage();
    } catch (RuntimeException | Error e) { // the user's own getMessage may do anything
      message = "whose getMessage threw " + e.getClass().getName();
    }
    return message == null ? "" : shortened(message);
  }

  private static String shortened(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int half = LONGEST_TEXT / 2;
    return text.substring(0, half)
        + "\n[... "
        + (text.length() - 2 * half)
        + " characters left out ...]\n"
        + text.substring(text.length() - half);
  }

  /** The stack down to where the engine called the user's function, and its causes. */
  private static String traceback(Throwable failure) {
    StringBuilder text = new StringBuilder();
    Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST; depth++) {
      text.append(depth == 0 ? "" : "Caused by: ").append(each.getClass().getName());
      String message = text(each);
      text.append(message.isEmpty() ? "" : ": " + message).append('\n');
      StackTraceElement[] frames = each.getStackTrace();
      int end = 0;
      while (end < frames.length && !frames[end].getClassName().startsWith(OURS)) {
        end++;
      }
      end = end == 0 ? frames.length : end; // it was thrown by one of ours
      for (int i = 0; i < end; i++) {
        text.append("\tat ").append(frames[i]).append('\n');
      }
      each = each.getCause();
    }
    return shortened(text.toString());
  }

  /** The exception for a driver in Java, unless it holds what can't be sent. */
  private static byte @Nullable [] serialized(Throwable failure) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(failure);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return null; // the driver has its type, its message and its stack
    }
    return bytes.size() <= LARGEST_EXCEPTION ? bytes.toByteArray() : null;
  }
}
