package dev.firesteel.records;

import static java.util.Objects.requireNonNull;

import dev.firesteel.storage.BatchFile;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as a section: collects them, and encodes a batch when there are enough. For one
 * thread.
 */
public final class RecordWriter {
  private final BatchEncoder encoder;
  private final BatchSize size = new BatchSize();
  private final BatchFile.Sealer sealer;
  private final Output out;

  private Object[] held = new Object[64];
  private int count;
  private long weight;

  /** Where the bytes go. */
  @FunctionalInterface
  public interface Output {
    /** Appends bytes, which are not changed afterwards. */
    void write(byte[] bytes);
  }

  /** A writer of the section with this identity. */
  public RecordWriter(BatchFile.Identity identity, Output out) {
    this(identity, new BatchEncoder(), out);
  }

  /** A writer that shares an encoder with others of its thread. */
  public RecordWriter(BatchFile.Identity identity, BatchEncoder encoder, Output out) {
    this.encoder = requireNonNull(encoder, "encoder is null");
    this.sealer = new BatchFile.Sealer(identity);
    this.out = requireNonNull(out, "out is null");
  }

  /** Adds a record; what it holds may be read until the next batch is written. */
  public void add(@Nullable Object record) {
    if (count == held.length) {
      held = Arrays.copyOf(held, 2 * count);
    }
    held[count++] = record;
    weight += BatchSize.weight(record);
    if (count >= size.records() || BatchSize.isHeavy(weight)) {
      flush();
    }
  }

  private void flush() {
    BatchFile.Batch batch = encoder.encode(held, 0, count);
    size.learn(count, batch.payload().length);
    Arrays.fill(held, 0, count, null);
    count = 0;
    weight = 0;
    out.write(sealer.header(batch));
    out.write(batch.payload());
  }

  /** Writes what is still held, and the trailer. Nothing may be added afterwards. */
  public void finish() {
    finishPart();
    out.write(sealer.trailer());
  }

  /** Writes what is still held: the next record begins a batch. */
  public void finishPart() {
    if (count > 0) {
      flush();
    }
  }

  /** What has been written so far. */
  public BatchFile.Sealer written() {
    return sealer;
  }
}
