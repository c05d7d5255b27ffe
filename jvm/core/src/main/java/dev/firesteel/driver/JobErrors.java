package dev.firesteel.driver;

import dev.firesteel.interpreter.ClosureFile;
import dev.firesteel.job.JobFailure;
import dev.firesteel.types.ContextStoppedException;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.types.JobCancelledException;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.types.RemoteException;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes of a job's failure the exception that an action throws. */
final class JobErrors {
  private JobErrors() {}

  /**
   * Returns the exception of a failure.
   *
   * @param action the action and its place
   * @param loader finds the classes of the user's exceptions
   */
  static FiresteelException of(JobFailure failure, String action, ClassLoader loader) {
    FiresteelException error = exception(failure, action, loader);
    return ownFramesDropped(error);
  }

  private static FiresteelException exception(
      JobFailure failure, String action, ClassLoader loader) {
    String job = "job %d (%s)".formatted(failure.job(), action);
    if (failure.kind().equals("cancelled")) {
      return new JobCancelledException(
          "%s was cancelled: %s".formatted(capitalized(job), failure.message()), null);
    }
    if (failure.kind().equals("stopped")) {
      return new ContextStoppedException(
          "%s ended because the context was stopped".formatted(capitalized(job)), null);
    }
    Fields error = failure.error() == null ? null : Msgpack.unpackMap(failure.error());
    Throwable cause = error == null ? null : cause(error, loader);
    String record = error == null ? null : textOrNull(error, "record");
    StringBuilder text = new StringBuilder(fact(failure, error));
    if (record != null) {
      text.append("\n  at the record ").append(record);
    }
    text.append("\n  in ");
    if (failure.partition() >= 0) {
      text.append("partition %d of stage %d, ".formatted(failure.partition(), failure.stage()));
    }
    text.append(job);
    if (failure.attempts() > 1) {
      text.append("\n  after %d attempts".formatted(failure.attempts()));
    }
    if (error != null && failure.kind().equals("user")) {
      text.append(pythonTraceback(error));
    }
    String java = failure.java();
    if (java != null) {
      text.append("\nThis is a fault of the engine's own:\n").append(java.stripTrailing());
    }
    String site = site(failure, error);
    return new JobFailedException(
        text.toString(), cause, failure.kind(), failure.job(), failure.partition(), site, record);
  }

  /** The user's own stack when the function was in Python; Java's is that of the cause. */
  private static String pythonTraceback(Fields error) {
    String traceback = textOrNull(error, "traceback");
    String type = textOrNull(error, "type");
    boolean java = "java".equals(textOrNull(error, "language"));
    return traceback == null || java || (type != null && isOurs(type))
        ? ""
        : "\n\n" + traceback.stripTrailing();
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static String fact(JobFailure failure, @Nullable Fields error) {
    String type = error == null ? null : textOrNull(error, "type");
    if (!failure.kind().equals("user") || type == null || error == null) {
      return failure.message();
    }
    String message = textOrNull(error, "message");
    if (isOurs(type)) {
      return message == null || message.isEmpty() ? type : capitalized(message);
    }
    type = type.startsWith("builtins.") ? type.substring("builtins.".length()) : type;
    String what = message == null || message.isEmpty() ? type : type + ": " + message;
    if (what.startsWith(type + ": " + type)) {
      what = what.substring(type.length() + 2);
    }
    return "The function of %s threw %s".formatted(site(failure, error), what);
  }

  /** Whether the engine has found fault with a record or a function: its message says all. */
  private static boolean isOurs(String type) {
    return type.startsWith("dev.firesteel.") || type.startsWith("firesteel._");
  }

  private static String site(JobFailure failure, @Nullable Fields error) {
    String site = error == null ? null : textOrNull(error, "site");
    if (site == null && error != null) {
      site = textOrNull(error, "operation");
    }
    return site == null ? failure.site() : site;
  }

  private static @Nullable String textOrNull(Fields error, String name) {
    return error.has(name) ? error.stringOrNull(name) : null;
  }

  /** The user's own exception, or what stands for it; null when no function threw. */
  private static @Nullable Throwable cause(Fields error, ClassLoader loader) {
    if (error.has("java") && error.get("java") instanceof byte[] serialized) {
      try {
        return ClosureFile.deserialize(serialized, Throwable.class, loader);
      } catch (IOException | ClassNotFoundException | RuntimeException e) {
        return remote(error); // what its fields tell will do
      }
    }
    return textOrNull(error, "traceback") == null ? null : remote(error);
  }

  private static RemoteException remote(Fields error) {
    String type = textOrNull(error, "type");
    String message = textOrNull(error, "message");
    String traceback = textOrNull(error, "traceback");
    return new RemoteException(
        type == null ? "an exception" : type,
        message == null ? "" : message,
        traceback == null ? "" : traceback);
  }

  /** The stack that the user sees begins with the line that called the action. */
  static <E extends Throwable> E ownFramesDropped(E error) {
    StackTraceElement[] frames = error.getStackTrace();
    int first = 0;
    while (first < frames.length && CallSite.isOurs(frames[first].getClassName())) {
      first++;
    }
    if (first < frames.length) {
      error.setStackTrace(Arrays.copyOfRange(frames, first, frames.length));
    }
    return error;
  }
}
