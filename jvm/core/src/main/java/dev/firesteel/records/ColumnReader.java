package dev.firesteel.records;

import dev.firesteel.types.Pair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * Reads the columns that {@link ColumnWriter} writes. What it is given has passed its checksum, so
 * that whatever does not fit was written so: it comes out as a runtime exception.
 */
final class ColumnReader {
  private final byte[] data;
  private final ClassLoader loader;
  private int at;

  ColumnReader(byte[] data, ClassLoader loader) {
    this.data = data;
    this.loader = loader;
  }

  /** Whether all has been read. */
  boolean atEnd() {
    return at == data.length;
  }

  /** Reads a column of so many values. */
  Object[] column(int count) throws IOException, ClassNotFoundException {
    return column(kind(), count);
  }

  /** Reads the code of a column. */
  ColumnKind kind() {
    ColumnKind kind = ColumnKind.byCode(data[at++]);
    if (kind == null) {
      throw new IllegalStateException("no kind of column has the code " + data[at - 1]);
    }
    return kind;
  }

  private Object[] column(ColumnKind kind, int count) throws IOException, ClassNotFoundException {
    return switch (kind) {
      case NULL -> new Object[count];
      case MIXED -> mixed(count);
      case SERIALIZED -> serialized(count);
      case PAIR -> pairs(count);
      case LIST -> lists(count);
      case STRING -> strings(count);
      case LONG, INTEGER, SHORT, BYTE, CHARACTER -> boxed(kind, integers(count));
      case BOOLEAN -> booleans(count);
      case DOUBLE -> doubles(count);
      case FLOAT -> floats(count);
      case BYTES, LONGS, INTS, SHORTS, CHARS, BOOLEANS, DOUBLES, FLOATS -> {
        long[] lengths = integers(count);
        ByteBuffer in = ByteBuffer.wrap(data, at, data.length - at).order(ByteOrder.LITTLE_ENDIAN);
        Object[] arrays = ArrayColumns.read(kind, lengths, in);
        at = in.position();
        yield arrays;
      }
    };
  }

  private Object[] mixed(int count) throws IOException, ClassNotFoundException {
    int codes = at;
    at += count;
    int[] counts = new int[ColumnKind.values().length];
    for (int i = 0; i < count; i++) {
      counts[data[codes + i]]++;
    }
    Object[] values = new Object[count];
    for (ColumnKind kind : ColumnKind.values()) {
      if (counts[kind.code()] == 0) {
        continue;
      }
      Object[] part = column(kind, counts[kind.code()]);
      int next = 0;
      for (int i = 0; i < count; i++) {
        if (data[codes + i] == kind.code()) {
          values[i] = part[next++];
        }
      }
    }
    return values;
  }

  private Object[] serialized(int count) throws IOException, ClassNotFoundException {
    int length = integer();
    Object[] values = new Object[count];
    try (ObjectInputStream in =
        new LoadingObjectInputStream(new ByteArrayInputStream(data, at, length), loader)) {
      for (int i = 0; i < count; i++) {
        values[i] = in.readObject();
      }
    } catch (RuntimeException | StackOverflowError e) { // of the record's own readObject
      throw new IOException(e.toString(), e);
    }
    at += length;
    return values;
  }

  /** Reads a column of pairs as a column of their keys and one of their values. */
  BatchDecoder.Columns pairColumns(int count) throws IOException, ClassNotFoundException {
    ColumnKind kind = kind();
    if (kind == ColumnKind.PAIR) {
      return new BatchDecoder.Columns(column(count), column(count));
    }
    Object[] keys = column(kind, count); // pairs among others, or none at all
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      Pair<?, ?> pair = (Pair<?, ?>) keys[i];
      keys[i] = pair.key();
      values[i] = pair.value();
    }
    return new BatchDecoder.Columns(keys, values);
  }

  private Object[] pairs(int count) throws IOException, ClassNotFoundException {
    Object[] keys = column(count);
    Object[] values = column(count);
    for (int i = 0; i < count; i++) {
      keys[i] = new Pair<>(keys[i], values[i]);
    }
    return keys;
  }

  private Object[] lists(int count) throws IOException, ClassNotFoundException {
    long[] lengths = integers(count);
    Object[] elements = column((int) Arrays.stream(lengths).sum());
    Object[] lists = new Object[count];
    int from = 0;
    for (int i = 0; i < count; i++) {
      int length = (int) lengths[i];
      ArrayList<Object> list = new ArrayList<>(length);
      for (int j = 0; j < length; j++) {
        list.add(elements[from + j]);
      }
      lists[i] = list;
      from += length;
    }
    return lists;
  }

  private long[] integers(int count) {
    int width = data[at++];
    long[] values = new long[count];
    switch (width) {
      case 0 -> {
        Arrays.fill(values, (long) Bytes.LONG.get(data, at));
        at += 8;
      }
      case 1 -> {
        for (int i = 0; i < count; i++) {
          values[i] = data[at + i];
        }
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          values[i] = (short) Bytes.SHORT.get(data, at + 2 * i);
        }
      }
      case 4 -> {
        for (int i = 0; i < count; i++) {
          values[i] = (int) Bytes.INT.get(data, at + 4 * i);
        }
      }
      case 8 -> {
        for (int i = 0; i < count; i++) {
          values[i] = (long) Bytes.LONG.get(data, at + 8 * i);
        }
      }
      default -> throw new IllegalStateException("no numbers are " + width + " bytes wide");
    }
    at += count * width;
    return values;
  }

  private static Object[] boxed(ColumnKind kind, long[] numbers) {
    Object[] values = new Object[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = boxed(kind, numbers[i]);
    }
    return values;
  }

  private static Object boxed(ColumnKind kind, long number) {
    return switch (kind) {
      case LONG -> (Object) number;
      case INTEGER -> (int) number;
      case SHORT -> (short) number;
      case BYTE -> (byte) number;
      default -> (char) number;
    };
  }

  private Object[] booleans(int count) {
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = data[at++] != 0;
    }
    return values;
  }

  private Object[] doubles(int count) {
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++, at += 8) {
      values[i] = Double.longBitsToDouble((long) Bytes.LONG.get(data, at));
    }
    return values;
  }

  private Object[] floats(int count) {
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++, at += 4) {
      values[i] = Float.intBitsToFloat((int) Bytes.INT.get(data, at));
    }
    return values;
  }

  private Object[] strings(int count) {
    int how = data[at++];
    int total = integer();
    int from = at;
    at += total;
    long[] lengths = integers(count);
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      int length = (int) lengths[i];
      values[i] = string(how, from, length);
      from += length;
    }
    return values;
  }

  private String string(int how, int from, int length) {
    return switch (how) {
      case ColumnWriter.ASCII -> new String(data, from, length, StandardCharsets.ISO_8859_1);
      case ColumnWriter.UTF8 -> new String(data, from, length, StandardCharsets.UTF_8);
      case ColumnWriter.UTF16 -> {
        char[] chars = new char[length / 2];
        for (int i = 0; i < chars.length; i++) {
          chars[i] = (char) Bytes.CHAR.get(data, from + 2 * i);
        }
        yield new String(chars);
      }
      default -> throw new IllegalStateException("no strings are stored in the way " + how);
    };
  }

  private int integer() {
    int value = (int) Bytes.INT.get(data, at);
    at += 4;
    return value;
  }
}
