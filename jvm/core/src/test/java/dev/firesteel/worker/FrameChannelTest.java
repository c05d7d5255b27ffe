package dev.firesteel.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.util.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import org.junit.jupiter.api.Test;

/** Frames arrive as they were sent, however the bytes are cut, and damage is told from an end. */
class FrameChannelTest {
  /** A connection that hands out {@code chunk} bytes at a time. */
  private static final class Wire implements ByteChannel {
    private final ByteArrayInputStream in;
    private final int chunk;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Wire(byte[] in, int chunk) {
      this.in = new ByteArrayInputStream(in);
      this.chunk = chunk;
    }

    @Override
    public int read(ByteBuffer target) {
      byte[] bytes = new byte[Math.min(chunk, target.remaining())];
      int count = in.read(bytes, 0, bytes.length);
      if (count > 0) {
        target.put(bytes, 0, count);
      }
      return count;
    }

    @Override
    public int write(ByteBuffer source) {
      out.write(source.get());
      return 1;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  private static byte[] sent(byte[]... bodies) throws IOException {
    Wire wire = new Wire(new byte[0], 1);
    try (FrameChannel channel = new FrameChannel(wire)) {
      for (byte[] body : bodies) {
        channel.send(FrameType.DONE, body);
      }
    }
    return wire.out.toByteArray();
  }

  @Test
  void framesArriveHoweverTheyAreCut() throws IOException {
    byte[] large = new byte[2_000_000];
    large[1_999_999] = 7;
    byte[] bytes = sent(new byte[] {1}, large, new byte[0], new byte[] {2, 3});
    for (int chunk : new int[] {1, 4, 5_000, 1 << 20}) {
      try (FrameChannel channel = new FrameChannel(new Wire(bytes, chunk))) {
        assertThat(channel.receive().body()).containsExactly(1);
        assertThat(channel.receive().body()).isEqualTo(large);
        assertThat(channel.receive().body()).isEmpty();
        assertThat(channel.receive().body()).containsExactly(2, 3);
        assertThat(channel.receive()).isNull();
      }
    }
  }

  @Test
  void anEndWithinAFrameIsAnError() throws IOException {
    byte[] bytes = sent(new byte[] {1, 2, 3});
    for (int length = 1; length < bytes.length; length++) {
      try (FrameChannel channel =
          new FrameChannel(new Wire(java.util.Arrays.copyOf(bytes, length), 100))) {
        assertThatThrownBy(channel::receive).isInstanceOf(EOFException.class);
      }
    }
  }

  @Test
  void impossibleLengthsAndTypesAreRefused() throws IOException {
    for (byte[] bytes : new byte[][] {{0, 0, 0, 0, 1}, {127, 0, 0, 0, 1}, {0, 0, 0, 1, 99}}) {
      try (FrameChannel channel = new FrameChannel(new Wire(bytes, 100))) {
        assertThatThrownBy(channel::receive).isInstanceOf(ProtocolException.class);
      }
    }
  }
}
