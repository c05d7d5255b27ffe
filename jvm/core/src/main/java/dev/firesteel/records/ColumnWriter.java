package dev.firesteel.records;

import dev.firesteel.types.Pair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Writes columns of values. A column is the code of its {@link ColumnKind} and what that says; the
 * number of its values is known to the reader. {@link ColumnReader} reads them.
 */
final class ColumnWriter {
  /** Lists and pairs in one another are taken apart up to here, and serialized below. */
  static final int DEEPEST = 8;

  /** How strings are stored: each byte a character, or UTF-8, or two bytes for each char. */
  static final int ASCII = 0;

  static final int UTF8 = 1;
  static final int UTF16 = 2;

  private static final int SHORT_STRING = 48;

  private final Bytes out;
  private int depth;

  ColumnWriter(Bytes out) {
    this.out = out;
  }

  /** Writes values of any types. */
  void column(Object[] values, int from, int to) {
    ColumnKind kind = kind(values, from, to);
    out.putByte(kind.code());
    write(kind, values, from, to);
  }

  /** Writes a column of pairs. */
  void pairs(Object[] keys, Object[] values, int from, int to) {
    out.putByte(ColumnKind.PAIR.code());
    depth++;
    column(keys, from, to);
    column(values, from, to);
    depth--;
  }

  private ColumnKind kind(Object[] values, int from, int to) {
    if (from == to) {
      return ColumnKind.NULL;
    }
    Object first = values[from];
    Class<?> type = first == null ? null : first.getClass();
    for (int i = from + 1; i < to; i++) {
      Object value = values[i];
      if ((value == null ? null : value.getClass()) != type) {
        return mixture(values, from, to);
      }
    }
    return known(first);
  }

  private ColumnKind known(Object value) {
    ColumnKind kind = ColumnKind.of(value);
    boolean nests = kind == ColumnKind.PAIR || kind == ColumnKind.LIST;
    return nests && depth >= DEEPEST ? ColumnKind.SERIALIZED : kind;
  }

  /** Values of several classes: mixed, unless all are serialized anyway. */
  private ColumnKind mixture(Object[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (known(values[i]) != ColumnKind.SERIALIZED) {
        return ColumnKind.MIXED;
      }
    }
    return ColumnKind.SERIALIZED;
  }

  private void write(ColumnKind kind, Object[] values, int from, int to) {
    switch (kind) {
      case NULL -> {}
      case MIXED -> mixed(values, from, to);
      case SERIALIZED -> serialized(values, from, to);
      case PAIR -> pairs(values, from, to);
      case LIST -> lists(values, from, to);
      case STRING -> strings(values, from, to);
      case LONG, INTEGER, SHORT, BYTE, CHARACTER -> integers(longs(kind, values, from, to));
      case BOOLEAN -> booleans(values, from, to);
      case DOUBLE -> doubles(values, from, to);
      case FLOAT -> floats(values, from, to);
      case BYTES, LONGS, INTS, SHORTS, CHARS, BOOLEANS, DOUBLES, FLOATS ->
          ArrayColumns.write(kind, values, from, to, out, this);
    }
  }

  private void mixed(Object[] values, int from, int to) {
    Map<ColumnKind, ArrayList<Object>> parts = new EnumMap<>(ColumnKind.class);
    int at = out.reserve(to - from);
    out.size = at + to - from;
    for (int i = from; i < to; i++) {
      ColumnKind kind = known(values[i]);
      out.data[at++] = kind.code();
      parts.computeIfAbsent(kind, any -> new ArrayList<>()).add(values[i]);
    }
    parts.forEach((kind, part) -> write(kind, part.toArray(), 0, part.size()));
  }

  private void pairs(Object[] values, int from, int to) {
    int count = to - from;
    Object[] keys = new Object[count];
    Object[] others = new Object[count];
    for (int i = 0; i < count; i++) {
      Pair<?, ?> pair = (Pair<?, ?>) values[from + i];
      keys[i] = pair.key();
      others[i] = pair.value();
    }
    depth++;
    column(keys, 0, count);
    column(others, 0, count);
    depth--;
  }

  private void lists(Object[] values, int from, int to) {
    long[] lengths = new long[to - from];
    long total = 0;
    for (int i = from; i < to; i++) {
      int length = ((ArrayList<?>) values[i]).size();
      lengths[i - from] = length;
      total += length;
    }
    if (total > Integer.MAX_VALUE - 64) {
      throw new BatchTooLargeException(total);
    }
    Object[] elements = new Object[(int) total];
    int at = 0;
    for (int i = from; i < to; i++) {
      Object[] part = ((ArrayList<?>) values[i]).toArray();
      System.arraycopy(part, 0, elements, at, (int) lengths[i - from]);
      at += part.length;
    }
    integers(lengths);
    depth++;
    column(elements, 0, elements.length);
    depth--;
  }

  private static long[] longs(ColumnKind kind, Object[] values, int from, int to) {
    long[] longs = new long[to - from];
    for (int i = 0; i < longs.length; i++) {
      Object value = values[from + i];
      longs[i] =
          kind == ColumnKind.LONG
              ? (Long) value
              : kind == ColumnKind.CHARACTER ? (Character) value : ((Number) value).longValue();
    }
    return longs;
  }

  /**
   * Writes numbers: one byte says how many bytes each takes, 0 that all are the one that follows.
   */
  void integers(long[] values) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (long value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    int count = values.length;
    int width = width(least, most);
    out.putByte(width);
    int at = out.reserve((long) count * width);
    byte[] data = out.data;
    switch (width) {
      case 0 -> out.putLong(count == 0 ? 0 : least);
      case 1 -> {
        for (int i = 0; i < count; i++) {
          data[at + i] = (byte) values[i];
        }
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          Bytes.SHORT.set(data, at + 2 * i, (short) values[i]);
        }
      }
      case 4 -> {
        for (int i = 0; i < count; i++) {
          Bytes.INT.set(data, at + 4 * i, (int) values[i]);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          Bytes.LONG.set(data, at + 8 * i, values[i]);
        }
      }
    }
    out.size += count * width;
  }

  private static int width(long least, long most) {
    if (least >= most) {
      return 0;
    }
    if (least >= Byte.MIN_VALUE && most <= Byte.MAX_VALUE) {
      return 1;
    }
    if (least >= Short.MIN_VALUE && most <= Short.MAX_VALUE) {
      return 2;
    }
    return least >= Integer.MIN_VALUE && most <= Integer.MAX_VALUE ? 4 : 8;
  }

  private void booleans(Object[] values, int from, int to) {
    int at = out.reserve(to - from);
    out.size = at + to - from;
    for (int i = from; i < to; i++) {
      out.data[at++] = (byte) ((Boolean) values[i] ? 1 : 0);
    }
  }

  private void doubles(Object[] values, int from, int to) {
    int at = out.reserve(8L * (to - from));
    byte[] data = out.data;
    for (int i = from; i < to; i++, at += 8) {
      Bytes.LONG.set(data, at, Double.doubleToRawLongBits((Double) values[i]));
    }
    out.size = at;
  }

  private void floats(Object[] values, int from, int to) {
    int at = out.reserve(4L * (to - from));
    byte[] data = out.data;
    for (int i = from; i < to; i++, at += 4) {
      Bytes.INT.set(data, at, Float.floatToRawIntBits((Float) values[i]));
    }
    out.size = at;
  }

  /** Writes strings: how, how many bytes all take, the bytes, then the length of each in bytes. */
  private void strings(Object[] values, int from, int to) {
    int how = out.size;
    out.putByte(ASCII);
    out.putInt(0);
    int begin = out.size;
    long[] lengths = new long[to - from];
    boolean ascii = true;
    for (int i = from; i < to; i++) {
      String text = (String) values[i];
      int before = out.size;
      if (!ascii(text)) {
        if (isBroken(text)) {
          out.size = how;
          wide(values, from, to);
          return;
        }
        ascii = false;
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        out.putBytes(encoded, 0, encoded.length);
      }
      lengths[i - from] = (long) out.size - before;
    }
    out.data[how] = (byte) (ascii ? ASCII : UTF8);
    Bytes.INT.set(out.data, how + 1, out.size - begin);
    integers(lengths);
  }

  /** Writes a string if all its characters are of ASCII. */
  private boolean ascii(String text) {
    int length = text.length();
    int at = out.reserve(length);
    byte[] data = out.data;
    if (length > SHORT_STRING) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      if (encoded.length != length || isReplaced(text, encoded)) {
        return false;
      }
      System.arraycopy(encoded, 0, data, at, length);
      out.size = at + length;
      return true;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return false;
      }
      data[at + i] = (byte) c;
    }
    out.size = at + length;
    return true;
  }

  /** Whether a question mark stands for a character that there is no encoding of. */
  private static boolean isReplaced(String text, byte[] encoded) {
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == '?' && text.charAt(i) != '?') {
        return true;
      }
    }
    return false;
  }

  /** Whether a half of a surrogate pair stands alone, which UTF-8 can't say. */
  private static boolean isBroken(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == length
            || !Character.isLowSurrogate(text.charAt(++i))) {
          return true;
        }
      }
    }
    return false;
  }

  private void wide(Object[] values, int from, int to) {
    out.putByte(UTF16);
    long[] lengths = new long[to - from];
    long total = 0;
    for (int i = from; i < to; i++) {
      lengths[i - from] = 2L * ((String) values[i]).length();
      total += lengths[i - from];
    }
    int at = out.reserve(4 + total);
    Bytes.INT.set(out.data, at, (int) total);
    at += 4;
    for (int i = from; i < to; i++) {
      String text = (String) values[i];
      for (int j = 0; j < text.length(); j++, at += 2) {
        Bytes.CHAR.set(out.data, at, text.charAt(j));
      }
    }
    out.size = at;
    integers(lengths);
  }

  private void serialized(Object[] values, int from, int to) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
    int at = from;
    try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
      for (; at < to; at++) {
        stream.writeObject(values[at]);
      }
    } catch (IOException | RuntimeException | StackOverflowError e) {
      Object guilty = at < to ? values[at] : null;
      List<SerializationTrail.Part> trail = SerializationTrail.of(guilty, part -> null);
      String reason = trail.isEmpty() ? "" : ", because of its " + SerializationTrail.text(trail);
      String type = at < to ? SerializationTrail.name(guilty) : "records";
      throw new UnserializableException("a record of type " + type + reason + ": " + e, e);
    }
    byte[] whole = bytes.toByteArray();
    out.putInt(whole.length);
    out.putBytes(whole, 0, whole.length);
  }
}
