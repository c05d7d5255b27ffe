package dev.firesteel.util;

import java.io.IOException;
import java.io.InputStream;

/** An input stream that is read many bytes at a time; reading one is reading an array of one. */
public abstract class BulkInputStream extends InputStream {
  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] into, int from, int length) throws IOException;
}
