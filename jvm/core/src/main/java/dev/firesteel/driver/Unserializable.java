package dev.firesteel.driver;

import dev.firesteel.api.NotSerializableException;
import java.io.Externalizable;
import java.io.IOException;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why something can't be serialized, and says so in the words of the program: which
 * variable a lambda captures, and which field of what it holds is to blame. Only called when
 * serialization has failed, so it may be slow.
 */
final class Unserializable {
  private static final int DEEPEST = 50;

  private static final String ADVICE =
      "Functions are sent to tasks with everything that they use. Make it inside the function (once"
          + " for each partition with mapPartitions), pass the plain values that it is made from, or"
          + " let its class implement java.io.Serializable.";

  private Unserializable() {}

  /** A part of a value, and how one gets there from the value. */
  private record Part(String path, @Nullable Object value) {}

  /** The error of a function that can't be sent. */
  static NotSerializableException function(Object function, String site, Throwable cause) {
    return JobErrors.ownFramesDropped(
        error(
            "The function of " + site,
            "%s can't be sent to tasks".formatted(site),
            function,
            cause));
  }

  /** The error of a value that can't be sent. */
  static NotSerializableException value(String what, Object value, String site, Throwable cause) {
    return JobErrors.ownFramesDropped(
        error(
            capitalized(what) + " of " + site,
            "%s of %s can't be serialized".formatted(what, site),
            value,
            cause));
  }

  /** The error of records one of which can't be sent. */
  static NotSerializableException records(Object[] records, String site, Throwable cause) {
    for (int i = 0; i < records.length; i++) {
      if (fails(records[i])) {
        return value("record " + i, records[i], site, cause);
      }
    }
    return value("a record", records, site, cause);
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static NotSerializableException error(
      String subject, String fact, @Nullable Object root, Throwable cause) {
    List<Part> trail = trail(root);
    StringBuilder text = new StringBuilder();
    if (trail.isEmpty()) {
      String reason =
          root instanceof Serializable || root == null
              ? String.valueOf(cause)
              : "class " + name(root) + " is not Serializable";
      text.append(capitalized(fact)).append(": ").append(reason).append(". ").append(ADVICE);
      return new NotSerializableException(text.toString(), cause);
    }
    text.append(subject);
    String separator = " ";
    for (int i = 0; i < trail.size(); i++) {
      Part part = trail.get(i);
      text.append(separator).append(part.path());
      text.append(i == trail.size() - 1 ? " of class " : " (class ").append(name(part.value()));
      text.append(i == trail.size() - 1 ? "" : ")");
      separator = ", whose ";
    }
    Object last = trail.get(trail.size() - 1).value();
    text.append(
        last instanceof Serializable
            ? ", which can't be serialized (" + cause + "). "
            : ", which is not Serializable. ");
    return new NotSerializableException(text.append(ADVICE).toString(), cause);
  }

  private static String name(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getTypeName();
  }

  /** The way from a value to the innermost part that can't be serialized. */
  private static List<Part> trail(@Nullable Object root) {
    List<Part> trail = new ArrayList<>();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Object current = root;
    while (current != null && trail.size() < DEEPEST && seen.add(current)) {
      Part guilty = null;
      for (Part part : parts(current)) {
        if (part.value() != null && !seen.contains(part.value()) && fails(part.value())) {
          guilty = part;
          break;
        }
      }
      if (guilty == null) {
        return trail;
      }
      trail.add(guilty);
      current = guilty.value();
    }
    return trail;
  }

  private static boolean fails(@Nullable Object value) {
    try {
      if (value != null) {
        Serialization.tryOut(value);
      }
      return false;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return true;
    }
  }

  private static List<Part> parts(Object value) {
    if (!(value instanceof Serializable)) {
      return List.of(); // what it holds does not matter
    }
    SerializedLambda lambda = lambda(value);
    if (lambda != null) {
      return captured(lambda);
    }
    List<Part> parts = new ArrayList<>();
    if (value instanceof Object[] array) {
      for (int i = 0; i < Array.getLength(array); i++) {
        parts.add(new Part("element " + i, array[i]));
      }
    } else if (value instanceof Collection<?> collection) {
      int i = 0;
      for (Object element : collection) {
        parts.add(new Part("element " + i++, element));
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        parts.add(new Part("key `" + entry.getKey() + "`", entry.getKey()));
        parts.add(new Part("value of the key `" + entry.getKey() + "`", entry.getValue()));
      }
    }
    if (!(value instanceof Externalizable)) {
      addFields(value, parts);
    }
    return parts;
  }

  private static void addFields(Object value, List<Part> parts) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        boolean sent =
            !Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers());
        if (sent && !field.getType().isPrimitive() && field.trySetAccessible()) {
          try {
            String name = field.getName();
            String path =
                name.startsWith("this$")
                    ? "outer object"
                    : name.startsWith("val$")
                        ? "captures `" + name.substring("val$".length()) + "`"
                        : "field `" + name + "`";
            parts.add(new Part(path, field.get(value)));
          } catch (IllegalAccessException e) {
            throw new IllegalStateException("a field that was made accessible is not", e);
          }
        }
      }
    }
  }

  private static List<Part> captured(SerializedLambda lambda) {
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
