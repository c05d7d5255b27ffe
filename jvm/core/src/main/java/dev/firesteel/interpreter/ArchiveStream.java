package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.BulkInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;

/**
 * Decompresses an archive of members, one after another, with zero padding between and after them.
 * Damage, and whatever else follows a member, is a {@link DamagedArchiveException}.
 */
abstract class ArchiveStream extends BulkInputStream {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final String path;
  private boolean inMember;
  private boolean ended;

  /** Bytes of the archive; those from {@link #at} up to {@link #limit} are not used yet. */
  final byte[] raw = new byte[BUFFER];

  int at;
  int limit;

  ArchiveStream(InputStream in, String path) {
    this.in = requireNonNull(in, "in is null");
    this.path = requireNonNull(path, "path is null");
  }

  /** Reads the header of a member, but for its first byte. */
  abstract void begin(int first) throws IOException, DataFormatException;

  /** Decompresses some bytes of a member; -1 when it has ended, and its end has been verified. */
  abstract int some(byte[] into, int from, int length) throws IOException, DataFormatException;

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      while (!ended) {
        int found = inMember || beginMember() ? some(into, from, length) : 0;
        if (found > 0) {
          return found;
        }
        inMember = found == 0;
      }
      return -1;
    } catch (DataFormatException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    } catch (EOFException e) {
      throw damaged("it ends in the middle of a member (truncated?)", e);
    }
  }

  private SourceException damaged(String what, Exception cause) {
    return new DamagedArchiveException(path, what, cause);
  }

  private boolean beginMember() throws IOException, DataFormatException {
    int first = 0;
    while (first == 0) {
      first = nextOrEnd();
    }
    if (first < 0) {
      ended = true;
      return false;
    }
    begin(first);
    inMember = true;
    return true;
  }

  /** Reads on, when all bytes have been used; false at the end. */
  final boolean fill() throws IOException {
    limit = Math.max(0, in.read(raw));
    at = 0;
    return limit > 0;
  }

  /** The next byte, or -1 at the end. */
  final int nextOrEnd() throws IOException {
    return at < limit || fill() ? raw[at++] & 0xff : -1;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    in.close();
  }
}
