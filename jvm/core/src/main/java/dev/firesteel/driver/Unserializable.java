package dev.firesteel.driver;

import dev.firesteel.records.SerializationTrail;
import dev.firesteel.records.SerializationTrail.Part;
import dev.firesteel.types.NotSerializableException;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why something can't be serialized, and says so in the words of the program: which
 * variable a lambda captures, and which field of what it holds is to blame. Only called when
 * serialization has failed, so it may be slow.
 */
final class Unserializable {
  private static final String ADVICE =
      "Functions are sent to tasks with everything that they use. Make it inside the function (once"
          + " for each partition with mapPartitions), pass the plain values that it is made from, or"
          + " let its class implement java.io.Serializable.";

  private static final String ADVICE_FOR_VALUES =
      "Let its class implement java.io.Serializable, or pass the plain values that it is made from.";

  private Unserializable() {}

  /** The error of a function that can't be sent. */
  static NotSerializableException function(Object function, String site, Throwable cause) {
    return JobErrors.ownFramesDropped(
        error(
            "The function of " + site,
            "%s can't be sent to tasks".formatted(site),
            function,
            ADVICE,
            cause));
  }

  /** The error of a value that can't be sent. */
  static NotSerializableException value(String what, Object value, String site, Throwable cause) {
    return JobErrors.ownFramesDropped(
        error(
            capitalized(what) + " of " + site,
            "%s of %s can't be serialized".formatted(what, site),
            value,
            ADVICE_FOR_VALUES,
            cause));
  }

  /** The error of records one of which can't be sent. */
  static NotSerializableException records(Object[] records, String site, Throwable cause) {
    for (int i = 0; i < records.length; i++) {
      if (SerializationTrail.fails(records[i])) {
        return value("record " + i, records[i], site, cause);
      }
    }
    return value("a record", records, site, cause);
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static NotSerializableException error(
      String subject, String fact, @Nullable Object root, String advice, Throwable cause) {
    List<Part> trail = SerializationTrail.of(root, Unserializable::captured);
    if (trail.isEmpty()) {
      String reason =
          root instanceof Serializable || root == null
              ? String.valueOf(cause)
              : "class " + SerializationTrail.name(root) + " is not Serializable";
      return new NotSerializableException(
          "%s: %s. %s".formatted(capitalized(fact), reason, advice), cause);
    }
    String verb = trail.get(0).path().startsWith("captures ") ? " " : " has the ";
    String reason =
        trail.get(trail.size() - 1).value() instanceof Serializable
            ? "which can't be serialized (" + cause + ")"
            : "which is not Serializable";
    return new NotSerializableException(
        "%s%s%s, %s. %s".formatted(subject, verb, SerializationTrail.text(trail), reason, advice),
        cause);
  }

  /** What a lambda captures, or null if a value is no lambda. */
  private static @Nullable List<Part> captured(Object value) {
    SerializedLambda lambda = lambda(value);
    if (lambda == null) {
      return null;
    }
    List<Part> parts = new ArrayList<>();
    List<String> names = LambdaVariables.names(lambda);
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      String name = i < names.size() ? names.get(i) : "";
      String what =
          name.equals("this")
              ? "captures `this`, because it uses a field or a method of it,"
              : name.isEmpty() ? "captures a variable" : "captures `" + name + "`";
      parts.add(new Part(what, lambda.getCapturedArg(i)));
    }
    return parts;
  }

  /** What a lambda is serialized as, or null if it is no lambda. */
  private static @Nullable SerializedLambda lambda(Object value) {
    if (!value.getClass().isHidden()) {
      return null;
    }
    try {
      Method replace = value.getClass().getDeclaredMethod("writeReplace");
      if (!replace.trySetAccessible()) {
        return null;
      }
      return replace.invoke(value) instanceof SerializedLambda lambda ? lambda : null;
    } catch (ReflectiveOperationException e) {
      return null; // then it is told without what it captures
    }
  }
}
