package dev.firesteel.records;

import dev.firesteel.types.Pair;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all values of a column are. The constants stand in the order of their codes. */
enum ColumnKind {
  /** Null, each of them: no bytes. */
  NULL(0),
  /** Values of several kinds: a byte for each says which, then a column for each kind. */
  MIXED(1),
  /** Anything else: one stream of Java's serialization. */
  SERIALIZED(2),
  /** Pairs: a column of the keys, then one of the values. */
  PAIR(3),
  /** Array lists: how long each is, then a column of the elements of all. */
  LIST(4),
  STRING(5),
  LONG(6),
  INTEGER(7),
  SHORT(8),
  BYTE(9),
  CHARACTER(10),
  BOOLEAN(11),
  DOUBLE(12),
  FLOAT(13),
  BYTES(14),
  LONGS(15),
  INTS(16),
  SHORTS(17),
  CHARS(18),
  BOOLEANS(19),
  DOUBLES(20),
  FLOATS(21);

  private static final ColumnKind[] BY_CODE = values();

  private static final Map<Class<?>, ColumnKind> BY_CLASS =
      Map.ofEntries(
          Map.entry(Pair.class, PAIR),
          Map.entry(ArrayList.class, LIST),
          Map.entry(String.class, STRING),
          Map.entry(Long.class, LONG),
          Map.entry(Integer.class, INTEGER),
          Map.entry(Short.class, SHORT),
          Map.entry(Byte.class, BYTE),
          Map.entry(Character.class, CHARACTER),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(Double.class, DOUBLE),
          Map.entry(Float.class, FLOAT),
          Map.entry(byte[].class, BYTES),
          Map.entry(long[].class, LONGS),
          Map.entry(int[].class, INTS),
          Map.entry(short[].class, SHORTS),
          Map.entry(char[].class, CHARS),
          Map.entry(boolean[].class, BOOLEANS),
          Map.entry(double[].class, DOUBLES),
          Map.entry(float[].class, FLOATS));

  private final byte code;

  ColumnKind(int code) {
    this.code = (byte) code;
  }

  /** The kind of a value. */
  static ColumnKind of(@Nullable Object value) {
    return value == null ? NULL : BY_CLASS.getOrDefault(value.getClass(), SERIALIZED);
  }

  /** The kind with a code, or null if there is none. */
  static @Nullable ColumnKind byCode(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }

  /** The code in a batch. */
  byte code() {
    return code;
  }
}
