package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The records of a text file between delimiters of the user's, such as a blank line, in place of
 * line ends: those that splitting all its bytes would give, however the file is cut. The Python
 * worker has the same rule. Closes the stream at its end. For one thread.
 */
final class DelimitedRecords implements Iterator<Object>, Closeable {
  private static final int STEP = 1 << 16;
  private static final int LARGEST = Integer.MAX_VALUE - 64;
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final String path;
  private final byte[] delimiter;
  private byte[] bytes;
  private int at;
  private int limit;
  private boolean ended;
  private boolean first;

  private int recordEnd = -1;
  private int nextRecord;

  /**
   * Records of a file.
   *
   * @param path the file, for errors
   * @param fromStart whether the stream begins where the file does: a byte-order mark is left out
   * @param delimiter at least one byte
   * @param buffer how many bytes to read at once
   */
  DelimitedRecords(InputStream in, String path, boolean fromStart, byte[] delimiter, int buffer) {
    this.in = requireNonNull(in, "in is null");
    this.path = requireNonNull(path, "path is null");
    this.first = fromStart;
    this.delimiter = delimiter.clone();
    this.bytes = new byte[buffer];
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

  /** Finds the end of the next record; false when there is none. */
  @Override
  public boolean hasNext() {
    int from = at;
    while (recordEnd < 0) {
      int found = find(bytes, from, limit, delimiter);
      if (found >= 0) {
        recordEnd = found;
        nextRecord = found + delimiter.length;
      } else if (ended) {
        if (at == limit) {
          return false;
        }
        recordEnd = limit;
        nextRecord = limit;
      } else {
        int searched = Math.max(0, limit - delimiter.length + 1 - at);
        fill();
        from = at + searched;
      }
    }
    return true;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all records have been given");
    }
    int begin = at;
    if (first
        && recordEnd - at >= MARK.length
        && Arrays.equals(bytes, at, at + MARK.length, MARK, 0, MARK.length)) {
      begin += MARK.length;
    }
    first = false;
    String record = new String(bytes, begin, recordEnd - begin, StandardCharsets.UTF_8);
    at = nextRecord;
    recordEnd = -1;
    return record;
  }

  /** Reads on; what is not used up moves to the front. */
  private void fill() {
    int held = limit - at;
    if (held > 0 && at > 0) {
      System.arraycopy(bytes, at, bytes, 0, held);
    }
    at = 0;
    limit = held;
    if (held == bytes.length) {
      if (held == LARGEST) {
        throw new SourceException(path, "has a record of more than 2 GiB", null);
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST, 2L * held));
    }
    try {
      int found = in.read(bytes, limit, bytes.length - limit);
      if (found < 0) {
        ended = true;
        in.close();
      } else {
        limit += found;
      }
    } catch (IOException e) {
      throw new SourceException(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    at = 0;
    limit = 0;
    recordEnd = -1;
    bytes = new byte[0];
    in.close();
  }
}
