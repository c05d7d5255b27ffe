package dev.firesteel.interpreter;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952). Unlike the one of the JDK it takes no garbage after a member for
 * the end, so that a damaged file is never a short one.
 */
final class GzipStream extends ArchiveStream {
  private static final int HAS_CHECKSUM = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final CRC32 header = new CRC32();

  GzipStream(InputStream in, String path) {
    super(in, path);
  }

  @Override
  int some(byte[] into, int from, int length) throws IOException, DataFormatException {
    int found = inflater.inflate(into, from, length);
    checksum.update(into, from, found);
    if (found > 0) {
      return found;
    }
    if (inflater.finished()) {
      finish();
      return -1;
    }
    more();
    return 0;
  }

  private void more() throws IOException, DataFormatException {
    if (inflater.needsDictionary()) {
      throw new DataFormatException("it needs a dictionary");
    }
    if (!fill()) {
      throw new EOFException();
    }
    inflater.setInput(raw, 0, limit);
    at = limit;
  }

  @Override
  void begin(int first) throws IOException, DataFormatException {
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

  @Override
  public void close() throws IOException {
    inflater.end();
    super.close();
  }
}
