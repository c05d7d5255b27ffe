package dev.firesteel.interpreter;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.util.Arrays;

/**
 * The records of a text file between delimiters of the user's, such as a blank line, in place of
 * line ends: those that splitting all its bytes would give, however the file is cut. The Python
 * worker has the same rule.
 */
final class DelimitedRecords extends RecordBuffer {
  private static final int STEP = 1 << 16;

  private final byte[] delimiter;
  private boolean first;

  /**
   * Records of a file.
   *
   * @param path the file, for errors
   * @param fromStart whether the stream begins where the file does: a byte-order mark is left out
   * @param delimiter at least one byte
   * @param buffer how many bytes to read at once
   */
  DelimitedRecords(InputStream in, String path, boolean fromStart, byte[] delimiter, int buffer) {
    super(in, path, "record", buffer);
    this.first = fromStart;
    this.delimiter = delimiter.clone();
  }

  /**
   * The end of the first delimiter with a byte at or after a place, or of the file. Which bytes are
   * delimiters depends on what precedes them where one may overlap another ({@code aa} in {@code
   * aaa}), so the search begins where none can reach across.
   */
  static long edge(RandomAccessFile file, long from, byte[] delimiter) throws IOException {
    long position = clear(file, from, delimiter);
    byte[] window = new byte[STEP + delimiter.length];
    int held = 0;
    file.seek(position);
    for (int found = file.read(window); found >= 0; found = read(file, window, held)) {
      held += found;
      int taken = 0;
      for (int i = find(window, 0, held, delimiter); i >= 0; ) {
        taken = i + delimiter.length;
        if (position + taken > from) {
          return position + taken;
        }
        i = find(window, taken, held, delimiter);
      }
      int kept = Math.max(taken, held - delimiter.length + 1);
      kept = Math.max(kept, 0);
      System.arraycopy(window, kept, window, 0, held - kept);
      position += kept;
      held -= kept;
    }
    return position + held;
  }

  private static int read(RandomAccessFile file, byte[] into, int at) throws IOException {
    return file.read(into, at, into.length - at);
  }

  /** The last place up to another that no occurrence of the delimiter reaches across. */
  private static long clear(RandomAccessFile file, long from, byte[] delimiter) throws IOException {
    int reach = delimiter.length - 1;
    long place = from;
    long begin = from;
    byte[] window = {};
    while (place > 0 && reach > 0) {
      long first = Math.max(0, place - reach);
      if (begin > first || window.length == 0) { // what begins before the window may reach across
        begin = Math.max(0, first - STEP);
        window = new byte[(int) (Math.min(file.length(), place + reach) - begin)];
        file.seek(begin);
        file.readFully(window);
      }
      int end = (int) Math.min(window.length, place - 1 + delimiter.length - begin);
      int found = find(window, (int) (first - begin), end, delimiter);
      if (found < 0) {
        return place;
      }
      place = begin + found;
    }
    return place;
  }

  /** Where the delimiter begins that lies in some bytes, or -1. */
  private static int find(byte[] bytes, int from, int to, byte[] delimiter) {
    int last = to - delimiter.length;
    for (int i = from; i <= last; i++) {
      if (bytes[i] == delimiter[0]
          && Arrays.equals(bytes, i, i + delimiter.length, delimiter, 0, delimiter.length)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  boolean search() {
    int from = at;
    while (true) {
      int end = find(bytes, from, limit, delimiter);
      if (end >= 0) {
        return found(end, end + delimiter.length);
      }
      if (ended) {
        return at < limit && found(limit, limit);
      }
      int searched = Math.max(0, limit - delimiter.length + 1 - at);
      fill();
      from = at + searched;
    }
  }

  /** The first record is without the byte-order mark; a mark may be the delimiter, too. */
  @Override
  int begin(int end) {
    int begin = first && isMarked(end) ? at + MARK.length : at;
    first = false;
    return begin;
  }
}
