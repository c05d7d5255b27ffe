package dev.firesteel.interpreter;

import java.io.InputStream;

/**
 * The lines of a stream of bytes, split on bytes: a line ends with {@code \n}, {@code \r\n} or
 * {@code \r}, and the last may have no end.
 */
final class Lines extends RecordBuffer {

  /**
   * Lines of a file.
   *
   * @param path the file, for errors
   * @param fromStart whether the stream begins where the file does: a byte-order mark is left out
   * @param buffer how many bytes to read at once
   */
  Lines(InputStream in, String path, boolean fromStart, int buffer) {
    super(in, path, "line", buffer);
    if (fromStart) {
      skipMark();
    }
  }

  @Override
  boolean search() {
    int from = at;
    while (true) {
      int end = from;
      while (end < limit && bytes[end] != '\n' && bytes[end] != '\r') {
        end++;
      }
      if (end < limit) {
        if (bytes[end] == '\n') {
          return found(end, end + 1);
        }
        if (end + 1 < limit) {
          return found(end, bytes[end + 1] == '\n' ? end + 2 : end + 1);
        }
      }
      if (ended) {
        return (end > at || end < limit) && found(end, limit);
      }
      from = end - at; // the rest moves to the front
      fill();
      from += at;
    }
  }
}
