package dev.firesteel.memory;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how much of the heap an object takes with all that it refers to, for a heap with
 * compressed references. Of long arrays and collections it looks at some elements only; enums,
 * classes and objects of the JDK that can't be looked into count little.
 */
public final class Footprint {
  private static final int HEADER = 12;
  private static final int REFERENCE = 4;
  private static final int SAMPLE = 32;
  private static final int MOST = 2000; // objects looked at, for one answer
  private static final int DEEPEST = 64;
  private static final long OPAQUE = 64;

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          return Shape.of(type);
        }
      };

  /** Those on the way to what is looked at, and those that have been counted. */
  private @Nullable Set<Object> seen;

  private int looked;

  private Footprint() {}

  /** An object's own size, and the fields that refer to others. */
  private record Shape(long bytes, List<Field> references) {
    static Shape of(Class<?> type) {
      long bytes = HEADER;
      List<Field> references = new ArrayList<>();
      for (Class<?> each = type;
          each != null && each != Object.class;
          each = each.getSuperclass()) {
        for (Field field : each.getDeclaredFields()) {
          if (Modifier.isStatic(field.getModifiers())) {
            continue;
          }
          bytes += width(field.getType());
          if (!field.getType().isPrimitive()) {
            try {
              field.setAccessible(true);
              references.add(field);
            } catch (InaccessibleObjectException | SecurityException e) {
              bytes += OPAQUE; // a class of the JDK: its insides are not ours to see
            }
          }
        }
      }
      return new Shape(aligned(bytes), List.copyOf(references));
    }
  }

  private static int width(Class<?> type) {
    if (type == long.class || type == double.class) {
      return Long.BYTES;
    }
    if (type == boolean.class || type == byte.class) {
      return Byte.BYTES;
    }
    if (type == char.class || type == short.class) {
      return Short.BYTES;
    }
    return REFERENCE; // int and float are as wide
  }

  private static long aligned(long bytes) {
    return (bytes + 7) & ~7L;
  }

  /** Returns about how many bytes the object takes; 0 for null. */
  public static long of(@Nullable Object value) {
    long simple = simple(value);
    return simple >= 0 ? simple : new Footprint().walk(value, 0);
  }

  /** The size of an object that refers to nothing worth a look, or -1. */
  private static long simple(@Nullable Object value) {
    if (value == null
        || value instanceof Boolean
        || value instanceof Enum
        || value instanceof Class) {
      return 0;
    }
    if (value instanceof String text) {
      return 24 + aligned(16L + text.length() * (isWide(text) ? 2L : 1L));
    }
    if (value instanceof Number) {
      if (value instanceof Integer || value instanceof Float) {
        return 16;
      }
      if (value instanceof Long || value instanceof Double) {
        return 24;
      }
      if (value instanceof BigInteger number) {
        return 56L + number.bitLength() / 8;
      }
      if (value instanceof BigDecimal number) {
        return 120L + number.precision() / 2;
      }
      return value instanceof Short || value instanceof Byte ? 16 : -1;
    }
    if (value instanceof byte[] bytes) {
      return aligned(16L + bytes.length);
    }
    return value instanceof Character ? 16 : -1;
  }

  /** Whether a string has two bytes for each character; a guess from its ends. */
  private static boolean isWide(String text) {
    int length = text.length();
    return length > 0 && (text.charAt(0) > 255 || text.charAt(length - 1) > 255);
  }

  private long walk(@Nullable Object value, int depth) {
    long simple = simple(value);
    if (simple >= 0) {
      return simple;
    }
    if (value == null || depth > DEEPEST || ++looked > MOST || !unseen(value)) {
      return 0;
    }
    if (value.getClass().isArray()) {
      return array(value, depth);
    }
    if (value instanceof Collection<?> collection) {
      int each = collection instanceof List ? REFERENCE : 40;
      return 64 + elements(collection.iterator(), collection.size(), each, depth);
    }
    if (value instanceof Map<?, ?> map) {
      Iterator<?> entries = map.entrySet().iterator();
      return 64 + elements(entries, map.size(), 44, depth);
    }
    if (value instanceof Map.Entry<?, ?> entry) {
      return walk(entry.getKey(), depth + 1) + walk(entry.getValue(), depth + 1);
    }
    return fields(value, depth);
  }

  private boolean unseen(Object value) {
    Set<Object> known = seen;
    if (known == null) {
      known = Collections.newSetFromMap(new IdentityHashMap<>());
      seen = known;
    }
    return known.add(value);
  }

  private long array(Object value, int depth) {
    if (value instanceof Object[] elements) {
      long bytes = 0;
      int step = Math.max(1, elements.length / SAMPLE);
      int counted = 0;
      for (int i = 0; i < elements.length; i += step) {
        bytes += walk(elements[i], depth + 1);
        counted++;
      }
      long all = counted == 0 ? 0 : (long) ((double) bytes / counted * elements.length);
      return aligned(16 + (long) REFERENCE * elements.length) + all;
    }
    int length = java.lang.reflect.Array.getLength(value);
    return aligned(16 + (long) width(value.getClass().getComponentType()) * length);
  }

  private long elements(Iterator<?> elements, int size, int each, int depth) {
    long bytes = 0;
    int counted = 0;
    while (counted < SAMPLE && elements.hasNext()) {
      bytes += walk(elements.next(), depth + 1);
      counted++;
    }
    return (long) each * size + (counted == 0 ? 0 : (long) ((double) bytes / counted * size));
  }

  private long fields(Object value, int depth) {
    Shape shape = SHAPES.get(value.getClass());
    long bytes = shape.bytes();
    for (Field field : shape.references()) {
      try {
        bytes += walk(field.get(value), depth + 1);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("a field that was made accessible is not: " + field, e);
      }
    }
    return bytes;
  }
}
