package dev.firesteel.records;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way from a value to the innermost part of it that can't be serialized: through fields,
 * elements, keys and values. Only looked for when serialization has failed, so it may be slow.
 */
public final class SerializationTrail {
  private static final int DEEPEST = 50;
  private static final int LONGEST = 60;

  private SerializationTrail() {}

  /**
   * A part of a value.
   *
   * @param path how one gets there from the value, such as {@code field `client`}
   * @param value the part
   */
  public record Part(String path, @Nullable Object value) {}

  /**
   * Returns the parts on the way, the innermost last; none when no part of the value is to blame.
   *
   * @param root the value
   * @param opened the parts of a value that is not looked at by its fields, or null if it is
   */
  public static List<Part> of(
      @Nullable Object root, Function<Object, @Nullable List<Part>> opened) {
    List<Part> trail = new ArrayList<>();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Object current = root;
    while (current != null && trail.size() < DEEPEST && seen.add(current)) {
      Part guilty;
      try {
        guilty = guilty(parts(current, opened), seen);
      } catch (RuntimeException e) {
        return trail; // a collection of the program's own throws: what is known is told
      }
      if (guilty == null) {
        return trail;
      }
      trail.add(guilty);
      current = guilty.value();
    }
    return trail;
  }

  private static @Nullable Part guilty(List<Part> parts, Set<Object> seen) {
    for (Part part : parts) {
      if (part.value() != null && !seen.contains(part.value()) && fails(part.value())) {
        return part;
      }
    }
    return null;
  }

  /** Returns the way in words, up to the class of the innermost part. */
  public static String text(List<Part> trail) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < trail.size(); i++) {
      boolean last = i == trail.size() - 1;
      text.append(i == 0 ? "" : ", whose ").append(trail.get(i).path());
      text.append(last ? " of class " : " (class ").append(name(trail.get(i).value()));
      text.append(last ? "" : ")");
    }
    return text.toString();
  }

  /** Returns the name of a value's class. */
  public static String name(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getTypeName();
  }

  /** Returns whether a value can't be serialized. */
  public static boolean fails(@Nullable Object value) {
    try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      out.writeObject(value);
      return false;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return true;
    }
  }

  /** Only what has no toString of the program's own, which might throw, is shown itself. */
  private static String shown(@Nullable Object key) {
    if (key instanceof String || key instanceof Number || key instanceof Character) {
      String text = key.toString();
      return "`" + (text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text) + "`";
    }
    return "of class " + name(key);
  }

  private static List<Part> parts(Object value, Function<Object, @Nullable List<Part>> opened) {
    if (!(value instanceof Serializable)) {
      return List.of(); // what it holds does not matter
    }
    List<Part> known = opened.apply(value);
    if (known != null) {
      return known;
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
        String key = shown(entry.getKey());
        parts.add(new Part("key " + key, entry.getKey()));
        parts.add(new Part("value of the key " + key, entry.getValue()));
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
}
