package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The format of a block, or of a section of a map output: batches, each with a header and a
 * checksum, and a trailer that counts them. Java writes and verifies these; what a payload means is
 * its codec's matter, and Python's codecs are never decoded here.
 *
 * <p>A checksum begins with what the batch is (block, section, writing attempt, number), so that
 * bytes of another block, or of an earlier attempt, do not pass. docs/worker-protocol.md has the
 * layout. Readers and writers are for one thread each.
 */
public final class BatchFile {
  private static final int MAGIC = 0x31425346; // FSB1
  private static final int END = 0x31455346; // FSE1
  private static final int HEADER = 32;
  private static final int SUMMED = 28;

  private BatchFile() {}

  /**
   * What a section is.
   *
   * @param name the block's name
   * @param section the reduce partition; 0 where there is one section only
   * @param attempt the task attempt that writes it; 0 for the driver
   */
  public record Identity(String name, int section, long attempt) {
    public Identity {
      requireNonNull(name, "name is null");
    }

    private CRC32C checksum(long number) {
      CRC32C sum = new CRC32C();
      String text = name + "|" + section + "|" + attempt + "|" + number;
      sum.update(text.getBytes(StandardCharsets.UTF_8));
      return sum;
    }
  }

  /**
   * One batch.
   *
   * @param codec how records became the payload
   * @param compression 0 for none
   * @param records how many records it holds
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  public record Batch(int codec, int compression, int records, byte[] payload) {
    public Batch {
      requireNonNull(payload, "payload is null");
      if (records < 0 || codec < 0 || codec > 255 || compression < 0 || compression > 255) {
        throw new IllegalArgumentException(
            "No batch has codec %d, compression %d, %d records"
                .formatted(codec, compression, records));
      }
    }
  }

  private static byte[] header(Identity identity, long number, Batch batch) {
    byte[] bytes = new byte[HEADER];
    ByteBuffer head =
        buffer(bytes)
            .putInt(MAGIC)
            .put((byte) batch.codec())
            .put((byte) batch.compression())
            .putShort((short) 0)
            .putInt(batch.records())
            .putLong(batch.payload().length)
            .putLong(0);
    CRC32C sum = identity.checksum(number);
    sum.update(bytes, 0, SUMMED);
    sum.update(batch.payload());
    head.putInt((int) sum.getValue());
    return bytes;
  }

  /**
   * Seals a batch that stands alone.
   *
   * @param number which batch of its section it is, from 0
   */
  public static ByteBuffer sealed(Identity identity, long number, Batch batch) {
    return ByteBuffer.allocate(HEADER + batch.payload().length)
        .put(header(identity, number, batch))
        .put(batch.payload())
        .flip();
  }

  /**
   * Opens a batch that stands alone.
   *
   * @throws StorageException if the bytes are not what was sealed as this batch
   */
  public static Batch opened(byte[] bytes, Identity identity, long number) throws IOException {
    InputStream in = new ByteArrayInputStream(bytes);
    Reader reader = new Reader(in, identity, bytes.length, number, false);
    Optional<Batch> batch = reader.next();
    if (batch.isEmpty() || batch.get().payload().length != bytes.length - HEADER) {
      throw new StorageException(identity.name() + " is longer than its batch " + number);
    }
    return batch.get();
  }

  /**
   * Makes the headers of a section's batches, and its trailer, for whoever writes them; counts what
   * the section holds.
   */
  public static final class Sealer {
    private final Identity identity;
    private final CRC32C payloads = new CRC32C();
    private long batches;
    private long records;
    private long length;

    /** A section that is still empty. */
    public Sealer(Identity identity) {
      this.identity = requireNonNull(identity, "identity is null");
    }

    /** Returns the header of the next batch; its payload is to follow. */
    public byte[] header(Batch batch) {
      byte[] bytes = BatchFile.header(identity, batches, batch);
      payloads.update(batch.payload());
      batches++;
      records += batch.records();
      length += HEADER + batch.payload().length;
      return bytes;
    }

    /** Returns the trailer; nothing may follow. */
    public byte[] trailer() {
      byte[] bytes = new byte[HEADER];
      ByteBuffer head =
          buffer(bytes).putInt(END).putInt(0).putLong(batches).putLong(records).putInt(0);
      CRC32C sum = identity.checksum(batches);
      sum.update(bytes, 0, SUMMED);
      head.putInt((int) sum.getValue());
      length += HEADER;
      return bytes;
    }

    /** How many batches there are. */
    public long batches() {
      return batches;
    }

    /** How many records they hold. */
    public long records() {
      return records;
    }

    /** How many bytes all of it is. */
    public long length() {
      return length;
    }

    /** The CRC32C of the payloads alone: the same for every attempt that writes the same. */
    public int checksum() {
      return (int) payloads.getValue();
    }
  }

  /** Writes a section. */
  public static final class Writer {
    private final OutputStream out;
    private final Sealer sealer;

    /** A writer that closes nothing. */
    public Writer(OutputStream out, Identity identity) {
      this.out = requireNonNull(out, "out is null");
      this.sealer = new Sealer(identity);
    }

    /** Writes the next batch. */
    public void add(Batch batch) throws IOException {
      out.write(sealer.header(batch));
      out.write(batch.payload());
    }

    /** Writes the trailer; nothing may follow. */
    public void finish() throws IOException {
      out.write(sealer.trailer());
    }

    /** How many records have been written. */
    public long records() {
      return sealer.records();
    }
  }

  /** Reads a section, and verifies each batch before it is given. */
  public static final class Reader {
    private final InputStream in;
    private final Identity identity;
    private final long most;
    private final boolean trailed;
    private long batches;
    private long records;
    private boolean ended;

    /**
     * A reader that closes nothing.
     *
     * @param bytes how long the section is: no batch can be longer
     */
    public Reader(InputStream in, Identity identity, long bytes) {
      this(in, identity, bytes, 0, true);
    }

    /**
     * A reader of a part of a section.
     *
     * @param in the bytes of the part, and no more
     * @param bytes how many they are
     * @param first the number of the first batch
     * @param trailed whether it ends with the trailer; it must have all batches then
     */
    public Reader(InputStream in, Identity identity, long bytes, long first, boolean trailed) {
      this.in = requireNonNull(in, "in is null");
      this.identity = requireNonNull(identity, "identity is null");
      this.most = Math.min(bytes, Integer.MAX_VALUE - 8);
      this.batches = first;
      this.trailed = trailed;
    }

    /**
     * Returns the next batch, or nothing after the trailer has been verified.
     *
     * @throws StorageException if the bytes are not what was written as this section
     */
    public Optional<Batch> next() throws IOException {
      if (ended) {
        return Optional.empty();
      }
      byte[] raw = in.readNBytes(HEADER);
      if (raw.length == 0 && !trailed) {
        ended = true;
        return Optional.empty();
      }
      if (raw.length < HEADER) {
        throw damaged("ends after " + batches + " batches, before its trailer");
      }
      ByteBuffer head = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
      CRC32C sum = identity.checksum(batches);
      sum.update(raw, 0, SUMMED);
      return switch (head.getInt(0)) {
        case MAGIC -> Optional.of(batch(head, sum));
        case END -> {
          end(head, sum);
          yield Optional.empty();
        }
        default -> throw damaged("has no header where batch " + batches + " should begin");
      };
    }

    private Batch batch(ByteBuffer head, CRC32C sum) throws IOException {
      long length = head.getLong(12);
      int count = head.getInt(8);
      if (length < 0 || length > most || count < 0) {
        throw damaged("has a batch " + batches + " that can't be: of " + length + " bytes");
      }
      byte[] payload = in.readNBytes((int) length);
      sum.update(payload);
      if (payload.length < length || (int) sum.getValue() != head.getInt(SUMMED)) {
        throw damaged("has a batch " + batches + " that is damaged or of another block");
      }
      batches++;
      records += count;
      return new Batch(head.get(4) & 0xff, head.get(5) & 0xff, count, payload);
    }

    private void end(ByteBuffer head, CRC32C sum) throws IOException {
      if (!trailed
          || (int) sum.getValue() != head.getInt(SUMMED)
          || head.getLong(8) != batches
          || head.getLong(16) != records) {
        throw damaged("has a trailer that is damaged or of another block");
      }
      if (in.read() >= 0) {
        throw damaged("goes on after its trailer");
      }
      ended = true;
    }

    private StorageException damaged(String what) {
      return new StorageException("The block " + identity.name() + " " + what);
    }
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
