package dev.firesteel.crossing;

import static dev.firesteel.crossing.Opcodes.*;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The growing bytes of a pickle, and how scalars are written into them. */
final class PickleBytes {
  private static final int MOST = Integer.MAX_VALUE - 64;

  private byte[] bytes = new byte[16 << 10];
  private int size;

  int size() {
    return size;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(long more) {
    long wanted = size + more;
    if (wanted > bytes.length) {
      if (wanted > MOST) {
        throw new RecordRefusedException("a batch of records takes more than 2 GiB");
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(MOST, Math.max(wanted, 2L * bytes.length)));
    }
  }

  void write(int opcode) {
    room(1);
    bytes[size++] = (byte) opcode;
  }

  void write(int first, int second) {
    room(2);
    bytes[size++] = (byte) first;
    bytes[size++] = (byte) second;
  }

  private void little(long value, int width) {
    for (int i = 0; i < width; i++) {
      bytes[size++] = (byte) (value >> (8 * i));
    }
  }

  void integer(long value) {
    room(11);
    if (value >= 0 && value <= 0xff) {
      bytes[size++] = BININT1;
      bytes[size++] = (byte) value;
    } else if (value >= 0 && value <= 0xffff) {
      bytes[size++] = BININT2;
      little(value, 2);
    } else if (value == (int) value) {
      bytes[size++] = BININT;
      little(value, 4);
    } else {
      bytes[size++] = (byte) LONG1;
      bytes[size++] = 8;
      little(value, 8);
    }
  }

  void integer(BigInteger value) {
    byte[] big = value.toByteArray();
    room(big.length + 5L);
    if (big.length <= 0xff) {
      bytes[size++] = (byte) LONG1;
      bytes[size++] = (byte) big.length;
    } else {
      bytes[size++] = (byte) LONG4;
      little(big.length, 4);
    }
    for (int i = big.length - 1; i >= 0; i--) {
      bytes[size++] = big[i];
    }
  }

  void real(double value) {
    room(9);
    bytes[size++] = BINFLOAT;
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 7; i >= 0; i--) {
      bytes[size++] = (byte) (bits >> (8 * i));
    }
  }

  void bytes(byte[] value) {
    counted(SHORT_BINBYTES, BINBYTES, value);
  }

  /** An opcode, the number of bytes in one or in four bytes, and the bytes. */
  private void counted(int shortOpcode, int opcode, byte[] value) {
    room(value.length + 5L);
    if (value.length <= 0xff) {
      bytes[size++] = (byte) shortOpcode;
      bytes[size++] = (byte) value.length;
    } else {
      bytes[size++] = (byte) opcode;
      little(value.length, 4);
    }
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void get(int place) {
    room(5);
    if (place <= 0xff) {
      bytes[size++] = BINGET;
      bytes[size++] = (byte) place;
    } else {
      bytes[size++] = LONG_BINGET;
      little(place, 4);
    }
  }

  /** Text as UTF-8 in which a lone surrogate is three bytes, as Python writes and reads it. */
  void text(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    if (isSame(ascii, text)) {
      counted(SHORT_BINUNICODE, BINUNICODE, ascii);
    } else {
      encode(text);
    }
  }

  /** Whether nothing was lost: what ASCII lacks has become a question mark. */
  private static boolean isSame(byte[] ascii, String text) {
    if (ascii.length != text.length()) {
      return false; // a pair of surrogates has become one
    }
    for (int i = 0; i < ascii.length; i++) {
      if (ascii[i] == '?' && text.charAt(i) != '?') {
        return false;
      }
    }
    return true;
  }

  private static boolean isPair(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  private void encode(String text) {
    int length = text.length();
    room(3L * length + 5);
    byte[] out = bytes;
    int begin = size + 5;
    int at = begin;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        out[at++] = (byte) c;
      } else if (c < 0x800) {
        out[at++] = (byte) (0xc0 | (c >> 6));
        out[at++] = (byte) (0x80 | (c & 0x3f));
      } else if (isPair(text, i)) {
        int code = text.codePointAt(i++);
        out[at++] = (byte) (0xf0 | (code >> 18));
        out[at++] = (byte) (0x80 | ((code >> 12) & 0x3f));
        out[at++] = (byte) (0x80 | ((code >> 6) & 0x3f));
        out[at++] = (byte) (0x80 | (code & 0x3f));
      } else {
        out[at++] = (byte) (0xe0 | (c >> 12));
        out[at++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        out[at++] = (byte) (0x80 | (c & 0x3f));
      }
    }
    bytes[size++] = BINUNICODE;
    little(at - begin, 4);
    size = at;
  }
}
