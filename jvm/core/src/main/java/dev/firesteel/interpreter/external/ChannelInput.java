package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Part of a file as a stream that does not move the channel's own position. */
public final class ChannelInput extends InputStream {
  private final FileChannel channel;
  private final long to;
  private long at;

  /** The bytes from one place up to another; closing the stream does not close the channel. */
  public ChannelInput(FileChannel channel, long from, long to) {
    this.channel = requireNonNull(channel, "channel is null");
    this.at = from;
    this.to = to;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int most = (int) Math.min(length, to - at);
    if (most == 0) {
      return length == 0 ? 0 : -1;
    }
    int read = channel.read(ByteBuffer.wrap(into, from, most), at);
    if (read > 0) {
      at += read;
    }
    return read;
  }

  @Override
  public int readNBytes(byte[] into, int from, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int read = read(into, from + done, length - done);
      if (read < 0) {
        break;
      }
      done += read;
    }
    return done;
  }

  /** Reads in one piece: the given length is that of a batch, which has been looked at. */
  @Override
  public byte[] readNBytes(int length) throws IOException {
    byte[] bytes = new byte[(int) Math.min(length, to - at)];
    int read = readNBytes(bytes, 0, bytes.length);
    return read == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, read);
  }
}
