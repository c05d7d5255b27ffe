package dev.firesteel.interpreter;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses zlib's form (RFC 1950), which Hadoop calls deflate. */
final class DeflateStream extends ArchiveStream {
  private final Inflater inflater = new Inflater();

  DeflateStream(InputStream in, String path) {
    super(in, path);
  }

  @Override
  void begin(int first) {
    inflater.reset();
    inflater.setInput(new byte[] {(byte) first});
  }

  @Override
  int some(byte[] into, int from, int length) throws IOException, DataFormatException {
    int found = inflater.inflate(into, from, length);
    if (found > 0) {
      return found;
    }
    if (inflater.finished()) {
      at = limit - inflater.getRemaining();
      return -1;
    }
    if (inflater.needsDictionary()) {
      throw new DataFormatException("it needs a dictionary");
    }
    if (at == limit && !fill()) {
      throw new EOFException();
    }
    inflater.setInput(raw, at, limit - at);
    at = limit;
    return 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    super.close();
  }
}
