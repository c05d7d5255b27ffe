package dev.firesteel.crossing;

import dev.firesteel.util.ProtocolException;

/**
 * Python's UTF-8, in which a lone surrogate is three bytes; Java's own decoder would replace it.
 */
final class TextOfPython {
  private TextOfPython() {}

  static String decode(byte[] bytes, int from, int end) {
    StringBuilder text = new StringBuilder(end - from);
    int at = from;
    while (at < end) {
      int first = bytes[at++];
      if (first >= 0) {
        text.append((char) first);
      } else if (first >> 5 == -2) {
        text.append((char) (((first & 0x1f) << 6) | next(bytes, at, end)));
        at++;
      } else if (first >> 4 == -2) {
        int code = ((first & 0xf) << 12) | (next(bytes, at, end) << 6) | next(bytes, at + 1, end);
        text.append((char) code);
        at += 2;
      } else if (first >> 3 == -2) {
        int code =
            ((first & 7) << 18)
                | (next(bytes, at, end) << 12)
                | (next(bytes, at + 1, end) << 6)
                | next(bytes, at + 2, end);
        text.appendCodePoint(code);
        at += 3;
      } else {
        throw new ProtocolException("A pickle has text that is no UTF-8");
      }
    }
    return text.toString();
  }

  private static int next(byte[] bytes, int at, int end) {
    if (at >= end || bytes[at] >> 6 != -2) {
      throw new ProtocolException("A pickle has text that is no UTF-8");
    }
    return bytes[at] & 0x3f;
  }
}
