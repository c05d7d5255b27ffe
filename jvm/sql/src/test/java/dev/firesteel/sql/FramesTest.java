package dev.firesteel.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Frames between the driver and the SQL engine's JVM: bytes as agreed, damage told from the end.
 */
class FramesTest {
  private static final byte[] GOLDEN = {0, 0, 0, 2, 0, 0, 0, 2, 'o', 'k', 0, 0, 0, 2, -61, -87};

  private static Frames reading(byte[] bytes) {
    return new Frames(new ByteArrayInputStream(bytes), OutputStream.nullOutputStream());
  }

  @Test
  void aFrameIsCountsAndTextsWithTheHighestByteFirst() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Frames(InputStream.nullInputStream(), out).write(List.of("ok", "é"));
    assertThat(out.toByteArray()).isEqualTo(GOLDEN);
    Frames frames = reading(GOLDEN);
    assertThat(frames.read()).containsExactly("ok", "é");
    assertThat(frames.read()).isNull();
  }

  @Test
  void aStreamThatEndsWithinAFrameIsNoEnd() {
    for (int length = 1; length < GOLDEN.length; length++) {
      Frames frames = reading(Arrays.copyOf(GOLDEN, length));
      assertThatThrownBy(frames::read).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void whatIsNoFrameIsRefusedBeforeMemoryIsTaken() {
    assertThatThrownBy(reading("WARNING: a line that is no frame".getBytes(UTF_8))::read)
        .hasMessageContaining("not a frame");
    assertThatThrownBy(reading(new byte[] {-1, 0, 0, 0})::read).hasMessageContaining("not a frame");
  }
}
