package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The lines of a stream of bytes, split on bytes: a line ends with {@code \n}, {@code \r\n} or
 * {@code \r}, and the last may have no end. Malformed UTF-8 becomes U+FFFD, as Java's decoder has
 * it. Closes the stream at its end. For one thread.
 */
final class Lines implements Iterator<Object>, Closeable {
  private static final int LARGEST = Integer.MAX_VALUE - 64;
  private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final String path;
  private byte[] bytes;
  private int at;
  private int limit;
  private boolean ended;

  private int lineEnd = -1;
  private int nextLine;

  /**
   * Lines of a file.
   *
   * @param path the file, for errors
   * @param fromStart whether the stream begins where the file does: a byte-order mark is left out
   * @param buffer how many bytes to read at once
   */
  Lines(InputStream in, String path, boolean fromStart, int buffer) {
    this.in = requireNonNull(in, "in is null");
    this.path = requireNonNull(path, "path is null");
    this.bytes = new byte[Math.max(buffer, MARK.length)];
    if (fromStart) {
      while (limit < MARK.length && !ended) {
        fill();
      }
      if (limit >= MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length)) {
        at = MARK.length;
      }
    }
  }

  /** Finds the end of the next line; false when there is none. */
  @Override
  public boolean hasNext() {
    if (lineEnd >= 0) {
      return true;
    }
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

  private boolean found(int end, int next) {
    lineEnd = end;
    nextLine = next;
    return true;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all lines have been given");
    }
    String line = new String(bytes, at, lineEnd - at, StandardCharsets.UTF_8);
    at = nextLine;
    lineEnd = -1;
    return line;
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
        throw new SourceException(path, "has a line of more than 2 GiB", null);
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
    lineEnd = -1;
    bytes = new byte[0];
    in.close();
  }
}
