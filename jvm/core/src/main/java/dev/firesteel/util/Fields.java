package dev.firesteel.util;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A typed view of a decoded message: what is missing or of another type is a {@link
 * ProtocolException} that names the field, what was expected and what is there.
 */
public final class Fields {
  private final Map<?, ?> map;
  private final String where;

  private Fields(Map<?, ?> map, String where) {
    this.map = requireNonNull(map, "map is null");
    this.where = requireNonNull(where, "where is null");
  }

  /**
   * Views a decoded value as a map.
   *
   * @param where what the value is, for error messages
   */
  public static Fields of(@Nullable Object value, String where) {
    if (value instanceof Map<?, ?> map) {
      return new Fields(map, where);
    }
    throw unexpected(where, "a map", value);
  }

  /** Whether the field is there and not nil. */
  public boolean has(String name) {
    return map.get(name) != null;
  }

  /** The field as it was decoded, or null. */
  public @Nullable Object get(String name) {
    return map.get(name);
  }

  public String string(String name) {
    return asString(map.get(name), path(name));
  }

  public @Nullable String stringOrNull(String name) {
    return has(name) ? string(name) : null;
  }

  public long number(String name) {
    return asLong(map.get(name), path(name));
  }

  public int integer(String name) {
    return asInt(map.get(name), path(name));
  }

  public @Nullable Long numberOrNull(String name) {
    return has(name) ? (Long) number(name) : null;
  }

  public boolean flag(String name) {
    if (map.get(name) instanceof Boolean flag) {
      return flag;
    }
    throw unexpected(path(name), "true or false", map.get(name));
  }

  public byte[] bytes(String name) {
    if (map.get(name) instanceof byte[] bytes) {
      return bytes;
    }
    throw unexpected(path(name), "bytes", map.get(name));
  }

  public byte @Nullable [] bytesOrNull(String name) {
    return has(name) ? bytes(name) : null;
  }

  public Fields fields(String name) {
    return of(map.get(name), path(name));
  }

  public List<?> list(String name) {
    return asList(map.get(name), path(name));
  }

  /** The list, or an empty one when the field is missing or nil. */
  public List<?> listOrEmpty(String name) {
    return has(name) ? list(name) : List.of();
  }

  public List<String> strings(String name) {
    List<String> strings = new ArrayList<>();
    for (Object item : list(name)) {
      strings.add(asString(item, path(name)));
    }
    return strings;
  }

  public long[] numbers(String name) {
    List<?> items = list(name);
    long[] numbers = new long[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = asLong(items.get(i), path(name));
    }
    return numbers;
  }

  public Map<String, String> stringMap(String name) {
    Map<String, String> strings = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : fields(name).map.entrySet()) {
      strings.put(asString(entry.getKey(), path(name)), asString(entry.getValue(), path(name)));
    }
    return strings;
  }

  /** The field's whole map, its values being numbers; empty when missing or nil. */
  public Map<String, Long> numberMap(String name) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    if (has(name)) {
      for (Map.Entry<?, ?> entry : fields(name).map.entrySet()) {
        numbers.put(asString(entry.getKey(), path(name)), asLong(entry.getValue(), path(name)));
      }
    }
    return numbers;
  }

  public static String asString(@Nullable Object value, String where) {
    if (value instanceof String text) {
      return text;
    }
    throw unexpected(where, "a string", value);
  }

  public static long asLong(@Nullable Object value, String where) {
    if (value instanceof Long number) {
      return number;
    }
    throw unexpected(where, "a 64-bit integer", value);
  }

  public static int asInt(@Nullable Object value, String where) {
    long number = asLong(value, where);
    if ((int) number != number) {
      throw unexpected(where, "a 32-bit integer", value);
    }
    return (int) number;
  }

  public static List<?> asList(@Nullable Object value, String where) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw unexpected(where, "a list", value);
  }

  private String path(String name) {
    return where + "." + name;
  }

  private static ProtocolException unexpected(String where, String wanted, @Nullable Object value) {
    String found =
        value == null ? "nothing" : value.getClass().getSimpleName() + " " + shorten(value);
    return new ProtocolException(where + " should be " + wanted + ", and is " + found);
  }

  private static String shorten(Object value) {
    String text = value instanceof byte[] bytes ? bytes.length + " bytes" : value.toString();
    return text.length() > 80 ? text.substring(0, 77) + "..." : text;
  }
}
