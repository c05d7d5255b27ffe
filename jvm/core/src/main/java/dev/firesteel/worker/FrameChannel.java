package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Frames over a connection: {@code u32 length (big-endian, of what follows), u8 type, MessagePack
 * map}. Any thread may send; one thread at a time receives. Closing wakes both.
 */
public final class FrameChannel implements AutoCloseable {
  /** A frame holds names and small results, so one that claims more is damage. */
  public static final int MAX_FRAME = 256 << 20;

  private final ByteChannel channel;
  private final Object sending = new Object();
  private ByteBuffer in = ByteBuffer.allocate(32 << 10).limit(0);

  public FrameChannel(ByteChannel channel) {
    this.channel = requireNonNull(channel, "channel is null");
  }

  /** Sends one frame, whole. */
  public void send(FrameType type, byte[] body) throws IOException {
    ByteBuffer frame = encode(type, body);
    synchronized (sending) {
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
    }
  }

  /** A frame's bytes. */
  static ByteBuffer encode(FrameType type, byte[] body) {
    if (body.length >= MAX_FRAME) {
      throw new ProtocolException("A frame " + type + " of " + body.length + " bytes is too large");
    }
    ByteBuffer frame = ByteBuffer.allocate(5 + body.length);
    return frame.putInt(1 + body.length).put((byte) type.code()).put(body).flip();
  }

  /**
   * Waits for the next frame.
   *
   * @return null when the peer has closed the connection between two frames
   * @throws EOFException when it has closed it within a frame
   */
  public @Nullable Frame receive() throws IOException {
    if (!fill(4)) {
      if (in.hasRemaining()) {
        throw new EOFException("The connection ended within the length of a frame");
      }
      return null;
    }
    int length = in.getInt();
    if (length < 1 || length > MAX_FRAME) {
      throw new ProtocolException("A frame says that it has " + length + " bytes");
    }
    if (!fill(length)) {
      throw new EOFException(
          "The connection ended after "
              + in.remaining()
              + " of the "
              + length
              + " bytes of a frame");
    }
    FrameType type = FrameType.of(in.get() & 0xff);
    byte[] body = new byte[length - 1];
    in.get(body);
    if (in.capacity() > 1 << 20 && in.remaining() < 32 << 10) {
      // One large answer must not keep its buffer for the worker's life.
      in = ByteBuffer.allocate(32 << 10).put(in).flip();
    }
    return new Frame(type, body);
  }

  /** Waits until so many bytes are in the buffer; false when the connection ends before. */
  private boolean fill(int bytes) throws IOException {
    if (in.remaining() >= bytes) {
      return true;
    }
    if (in.capacity() < bytes) {
      in = ByteBuffer.allocate(bytes).put(in);
    } else {
      in.compact();
    }
    int got = 0;
    while (in.position() < bytes && got >= 0) {
      got = channel.read(in);
    }
    in.flip();
    return in.remaining() >= bytes;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
