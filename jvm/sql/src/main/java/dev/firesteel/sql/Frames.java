package dev.firesteel.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames of texts over a pair of streams. A frame is the number of its texts, then each text's
 * length in bytes and its UTF-8 bytes; numbers are 32 bits, the highest byte first. One thread
 * reads; any thread writes.
 */
final class Frames {
  private static final int MOST_TEXTS = 1 << 24;
  private static final int LONGEST_TEXT = 1 << 28;

  private final DataInputStream in;
  private final OutputStream out;

  Frames(InputStream in, OutputStream out) {
    this.in = new DataInputStream(new BufferedInputStream(in));
    this.out = out;
  }

  /**
   * Reads the next frame.
   *
   * @return its texts, or null where the stream ends before a frame
   * @throws EOFException when the stream ends within a frame
   * @throws IOException when what comes is no frame
   */
  @Nullable List<String> read() throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    int count = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
    requireBetween(count, MOST_TEXTS, "texts");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = requireBetween(in.readInt(), LONGEST_TEXT, "bytes");
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException("the stream ends within a frame");
      }
      texts.add(new String(bytes, UTF_8));
    }
    return texts;
  }

  private static int requireBetween(int number, int most, String unit) throws IOException {
    if (number < 0 || number > most) {
      throw new IOException("not a frame: it says that " + number + " " + unit + " follow");
    }
    return number;
  }

  /**
   * Writes a frame, whole.
   *
   * @throws IOException when the reader is gone
   */
  void write(List<String> texts) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(frame);
    data.writeInt(texts.size());
    for (String text : texts) {
      byte[] bytes = text.getBytes(UTF_8);
      data.writeInt(bytes.length);
      data.write(bytes);
    }
    synchronized (this) {
      frame.writeTo(out);
      out.flush();
    }
  }
}
