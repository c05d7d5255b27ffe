package dev.firesteel.records;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Columns of primitive arrays: how many elements each has, then the elements of all, little-endian.
 */
final class ArrayColumns {
  private ArrayColumns() {}

  private static int width(ColumnKind kind) {
    return switch (kind) {
      case BYTES, BOOLEANS -> 1;
      case SHORTS, CHARS -> 2;
      case INTS, FLOATS -> 4;
      case LONGS, DOUBLES -> 8;
      default -> throw new IllegalArgumentException(kind + " is not a kind of array");
    };
  }

  static void write(
      ColumnKind kind, Object[] arrays, int from, int to, Bytes out, ColumnWriter writer) {
    int width = width(kind);
    long[] lengths = new long[to - from];
    long total = 0;
    for (int i = from; i < to; i++) {
      lengths[i - from] = Array.getLength(arrays[i]);
      total += lengths[i - from] * width;
    }
    writer.integers(lengths);
    int at = out.reserve(total);
    ByteBuffer into = ByteBuffer.wrap(out.data, at, (int) total).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < to; i++) {
      int length = (int) lengths[i - from];
      Object array = arrays[i];
      switch (kind) {
        case BYTES -> into.duplicate().put((byte[]) array);
        case LONGS -> view(into).asLongBuffer().put((long[]) array);
        case INTS -> view(into).asIntBuffer().put((int[]) array);
        case SHORTS -> view(into).asShortBuffer().put((short[]) array);
        case CHARS -> view(into).asCharBuffer().put((char[]) array);
        case DOUBLES -> view(into).asDoubleBuffer().put((double[]) array);
        case FLOATS -> view(into).asFloatBuffer().put((float[]) array);
        default -> {
          boolean[] flags = (boolean[]) array;
          for (int j = 0; j < length; j++) {
            into.put(into.position() + j, (byte) (flags[j] ? 1 : 0));
          }
        }
      }
      into.position(into.position() + length * width);
    }
    out.size = at + (int) total;
  }

  private static ByteBuffer view(ByteBuffer buffer) {
    return buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads arrays of these lengths, from where the buffer stands; it stands behind them then. */
  static Object[] read(ColumnKind kind, long[] lengths, ByteBuffer in) {
    int width = width(kind);
    Object[] arrays = new Object[lengths.length];
    for (int i = 0; i < arrays.length; i++) {
      int length = (int) lengths[i];
      ByteBuffer part = view(in);
      arrays[i] =
          switch (kind) {
            case BYTES -> {
              byte[] array = new byte[length];
              part.get(array);
              yield array;
            }
            case LONGS -> {
              long[] array = new long[length];
              part.asLongBuffer().get(array);
              yield array;
            }
            case INTS -> {
              int[] array = new int[length];
              part.asIntBuffer().get(array);
              yield array;
            }
            case SHORTS -> {
              short[] array = new short[length];
              part.asShortBuffer().get(array);
              yield array;
            }
            case CHARS -> {
              char[] array = new char[length];
              part.asCharBuffer().get(array);
              yield array;
            }
            case DOUBLES -> {
              double[] array = new double[length];
              part.asDoubleBuffer().get(array);
              yield array;
            }
            case FLOATS -> {
              float[] array = new float[length];
              part.asFloatBuffer().get(array);
              yield array;
            }
            default -> {
              boolean[] array = new boolean[length];
              for (int j = 0; j < length; j++) {
                array[j] = part.get(j) != 0;
              }
              yield array;
            }
          };
      in.position(in.position() + length * width);
    }
    return arrays;
  }
}
