package dev.firesteel.crossing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The arrays of numbers that both languages have, by the letters of Python's module {@code array}.
 */
enum Numbers {
  SHORTS("h", Short.BYTES),
  INTS("i", Integer.BYTES),
  LONGS("q", Long.BYTES),
  FLOATS("f", Float.BYTES),
  DOUBLES("d", Double.BYTES),
  /** Only from Python: {@code byte[]} becomes {@code bytes} on the way there. */
  BYTES("b", Byte.BYTES),
  /** Only from Python, from arrays of NumPy. */
  FLAGS("?", Byte.BYTES);

  private final String code;
  private final int width;

  Numbers(String code, int width) {
    this.code = code;
    this.width = width;
  }

  String code() {
    return code;
  }

  static Numbers of(Object array) {
    if (array instanceof short[]) {
      return SHORTS;
    } else if (array instanceof int[]) {
      return INTS;
    } else if (array instanceof long[]) {
      return LONGS;
    } else if (array instanceof float[]) {
      return FLOATS;
    } else if (array instanceof double[]) {
      return DOUBLES;
    }
    throw new AssertionError("no array of numbers: " + array.getClass());
  }

  static Numbers parse(Object code) {
    for (Numbers each : values()) {
      if (each.code.equals(code)) {
        return each;
      }
    }
    throw new RecordRefusedException("it holds an array of type " + code);
  }

  byte[] toBytes(Object array) {
    int length = java.lang.reflect.Array.getLength(array);
    if (length > (Integer.MAX_VALUE - 64) / width) {
      throw new RecordRefusedException("it holds an array of " + length + " numbers");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length * width).order(ByteOrder.LITTLE_ENDIAN);
    switch (this) {
      case SHORTS -> bytes.asShortBuffer().put((short[]) array);
      case INTS -> bytes.asIntBuffer().put((int[]) array);
      case LONGS -> bytes.asLongBuffer().put((long[]) array);
      case FLOATS -> bytes.asFloatBuffer().put((float[]) array);
      case DOUBLES -> bytes.asDoubleBuffer().put((double[]) array);
      case BYTES, FLAGS -> throw new AssertionError("never written");
    }
    return bytes.array();
  }

  Object toArray(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.length / width;
    switch (this) {
      case SHORTS:
        short[] shorts = new short[length];
        from.asShortBuffer().get(shorts);
        return shorts;
      case INTS:
        int[] ints = new int[length];
        from.asIntBuffer().get(ints);
        return ints;
      case LONGS:
        long[] longs = new long[length];
        from.asLongBuffer().get(longs);
        return longs;
      case FLOATS:
        float[] floats = new float[length];
        from.asFloatBuffer().get(floats);
        return floats;
      case DOUBLES:
        double[] doubles = new double[length];
        from.asDoubleBuffer().get(doubles);
        return doubles;
      case BYTES:
        return bytes;
      case FLAGS:
        boolean[] flags = new boolean[length];
        for (int i = 0; i < length; i++) {
          flags[i] = bytes[i] != 0;
        }
        return flags;
    }
    throw new AssertionError(this);
  }
}
