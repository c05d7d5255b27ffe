package dev.firesteel.records;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that are appended to, little-endian; for one thread. */
final class Bytes {
  static final VarHandle SHORT = view(short[].class);
  static final VarHandle INT = view(int[].class);
  static final VarHandle LONG = view(long[].class);
  static final VarHandle CHAR = view(char[].class);
  static final VarHandle DOUBLE = view(double[].class);
  static final VarHandle FLOAT = view(float[].class);

  private static final int LARGEST = Integer.MAX_VALUE - 64;

  byte[] data;
  int size;

  Bytes(int capacity) {
    data = new byte[capacity];
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Makes room for so many more bytes, and says where they go.
   *
   * @throws BatchTooLargeException if no array has that room
   */
  int reserve(long more) {
    int at = size;
    if (more > data.length - at) {
      long needed = at + more;
      if (needed > LARGEST) {
        throw new BatchTooLargeException(needed);
      }
      data = Arrays.copyOf(data, (int) Math.min(LARGEST, Math.max(needed, 2L * data.length)));
    }
    return at;
  }

  void putByte(int value) {
    int at = reserve(1);
    data[at] = (byte) value;
    size = at + 1;
  }

  void putInt(int value) {
    int at = reserve(4);
    INT.set(data, at, value);
    size = at + 4;
  }

  void putLong(long value) {
    int at = reserve(8);
    LONG.set(data, at, value);
    size = at + 8;
  }

  void putBytes(byte[] bytes, int from, int length) {
    int at = reserve(length);
    System.arraycopy(bytes, from, data, at, length);
    size = at + length;
  }
}
