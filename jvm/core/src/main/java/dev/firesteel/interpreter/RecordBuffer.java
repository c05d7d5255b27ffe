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
 * Records of text, cut out of a stream of bytes by what a subclass takes for their ends. Malformed
 * UTF-8 becomes U+FFFD, as Java's decoder has it. Closes the stream at its end. For one thread.
 */
abstract class RecordBuffer implements Iterator<Object>, Closeable {
  private static final int LARGEST = Integer.MAX_VALUE - 64;
  static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream in;
  private final String path;
  private final String record;

  /** What has been read and not used up is from {@code at} to {@code limit}. */
  byte[] bytes;

  int at;
  int limit;

  /** Whether there are no more bytes in the stream. */
  boolean ended;

  private int recordEnd = -1;
  private int nextRecord;

  /**
   * Records of a file.
   *
   * @param path the file, for errors
   * @param record what a record is called, for errors
   * @param buffer how many bytes to read at once
   */
  RecordBuffer(InputStream in, String path, String record, int buffer) {
    this.in = requireNonNull(in, "in is null");
    this.path = requireNonNull(path, "path is null");
    this.record = requireNonNull(record, "record is null");
    this.bytes = new byte[Math.max(buffer, MARK.length)];
  }

  /** Looks for the next record, and tells by {@link #found}; false when there is none. */
  abstract boolean search();

  /** The next record ends at a place, and the one after it begins at another. */
  final boolean found(int end, int next) {
    recordEnd = end;
    nextRecord = next;
    return true;
  }

  /** Finds the end of the next record; false when there is none. */
  @Override
  public final boolean hasNext() {
    return recordEnd >= 0 || search();
  }

  @Override
  public final Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all records have been given");
    }
    int begin = begin(recordEnd);
    String text = new String(bytes, begin, recordEnd - begin, StandardCharsets.UTF_8);
    at = nextRecord;
    recordEnd = -1;
    return text;
  }

  /** Where the text of the next record begins, which ends at a place. */
  int begin(int end) {
    return at;
  }

  /** Whether a byte-order mark is what is next, up to a place. */
  final boolean isMarked(int end) {
    return end - at >= MARK.length
        && Arrays.equals(bytes, at, at + MARK.length, MARK, 0, MARK.length);
  }

  /** Skips a byte-order mark, if one is what is next. */
  final void skipMark() {
    while (limit - at < MARK.length && !ended) {
      fill();
    }
    if (isMarked(limit)) {
      at += MARK.length;
    }
  }

  /** Reads on; what is not used up moves to the front. */
  final void fill() {
    int held = limit - at;
    if (held > 0 && at > 0) {
      System.arraycopy(bytes, at, bytes, 0, held);
    }
    at = 0;
    limit = held;
    if (held == bytes.length) {
      if (held == LARGEST) {
        throw new SourceException(path, "has a " + record + " of more than 2 GiB", null);
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
  public final void close() throws IOException {
    ended = true;
    at = 0;
    limit = 0;
    recordEnd = -1;
    bytes = new byte[0];
    in.close();
  }
}
