package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952): members one after another, with zero padding between and after
 * them. Unlike the one of the JDK it takes no garbage after a member for the end, so that a damaged
 * file is never a short one. Damage is a {@link SourceException}.
 */
final class GzipStream extends InputStream {
  private static final int BUFFER = 1 << 16;

  private static final int HAS_CHECKSUM = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream in;
  private final String path;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final CRC32 header = new CRC32();
  private final byte[] raw = new byte[BUFFER];
  private int at;
  private int limit;
  private boolean inMember;
  private boolean ended;

  GzipStream(InputStream in, String path) {
    this.in = requireNonNull(in, "in is null");
    this.path = requireNonNull(path, "path is null");
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      while (!ended) {
        if (!inMember && !begin()) {
          break;
        }
        int found = inflater.inflate(into, from, length);
        checksum.update(into, from, found);
        if (inflater.finished()) {
          finish();
        } else if (found == 0) {
          more();
        }
        if (found > 0) {
          return found;
        }
      }
      return -1;
    } catch (DataFormatException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    } catch (EOFException e) {
      throw damaged("it ends in the middle of a member (truncated?)", e);
    }
  }

  private SourceException damaged(String what, Exception cause) {
    return new SourceException(path, "is no intact archive: " + what, cause);
  }

  private void more() throws IOException, DataFormatException {
    if (inflater.needsDictionary()) {
      throw new DataFormatException("it needs a dictionary");
    }
    limit = in.read(raw);
    at = 0;
    if (limit < 0) {
      throw new EOFException();
    }
    inflater.setInput(raw, 0, limit);
    at = limit;
  }

  /** Reads the header of the next member; false when there is none. */
  private boolean begin() throws IOException, DataFormatException {
    int first = 0;
    while (first == 0) {
      first = nextOrEnd();
    }
    if (first < 0) {
      ended = true;
      return false;
    }
    header.reset();
    header.update(first);
    if (first != 0x1f || next() != 0x8b) {
      throw new DataFormatException("incorrect header check");
    }
    if (next() != 8) {
      throw new DataFormatException("unknown compression method");
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw new DataFormatException("unknown header flags set");
    }
    for (int i = 0; i < 6; i++) { // time, level, system
      next();
    }
    if ((flags & HAS_EXTRA) != 0) {
      for (int left = next() | next() << 8; left > 0; left--) {
        next();
      }
    }
    skipText((flags & HAS_NAME) != 0);
    skipText((flags & HAS_COMMENT) != 0);
    if ((flags & HAS_CHECKSUM) != 0) {
      int computed = (int) header.getValue() & 0xffff;
      if ((next() | next() << 8) != computed) {
        throw new DataFormatException("header crc mismatch");
      }
    }
    inflater.reset();
    inflater.setInput(raw, at, limit - at);
    checksum.reset();
    inMember = true;
    return true;
  }

  private void skipText(boolean isThere) throws IOException {
    int next = isThere ? next() : 0;
    while (next != 0) {
      next = next();
    }
  }

  private void finish() throws IOException, DataFormatException {
    at = limit - inflater.getRemaining();
    if (number() != (int) checksum.getValue()) {
      throw new DataFormatException("incorrect data check");
    }
    if (number() != (int) inflater.getBytesWritten()) {
      throw new DataFormatException("incorrect length check");
    }
    inMember = false;
  }

  private int number() throws IOException {
    return next() | next() << 8 | next() << 16 | next() << 24;
  }

  private int next() throws IOException {
    int next = nextOrEnd();
    if (next < 0) {
      throw new EOFException();
    }
    header.update(next);
    return next;
  }

  private int nextOrEnd() throws IOException {
    if (at >= limit) {
      limit = in.read(raw);
      at = 0;
      if (limit <= 0) {
        limit = 0;
        return -1;
      }
    }
    return raw[at++] & 0xff;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    inflater.end();
    in.close();
  }
}
