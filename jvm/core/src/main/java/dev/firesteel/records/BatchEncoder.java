package dev.firesteel.records;

import dev.firesteel.storage.BatchFile;
import java.util.Arrays;

/**
 * Makes batches of Java records: codec 16 of docs/worker-protocol.md. Records are stored by column:
 * the keys of a batch of pairs together, then their values, numbers as narrow as the batch allows.
 * So the common types cost no tag, no reflection and no call for each record; what is of no common
 * type goes through Java's serialization.
 *
 * <p>Keeps nothing from one batch to the next but the memory it works in. For one thread.
 */
public final class BatchEncoder {
  /** The number of the codec in the headers of batches. */
  public static final int CODEC = 16;

  private static final int FIRST = 1 << 12;
  private static final int KEPT = 4 << 20;

  private Bytes bytes = new Bytes(FIRST);

  /**
   * Encodes records from one index up to another.
   *
   * @throws UnserializableException if one can't be serialized
   */
  public BatchFile.Batch encode(Object[] records, int from, int to) {
    return batch(to - from, writer -> writer.column(records, from, to));
  }

  private interface Content {
    void write(ColumnWriter writer);
  }

  private BatchFile.Batch batch(int records, Content content) {
    bytes.size = 0;
    try {
      content.write(new ColumnWriter(bytes));
    } catch (BatchTooLargeException e) {
      throw new UnserializableException(
          records + " records, which are more than 2 GiB together: one batch can't hold them", e);
    }
    byte[] payload = Arrays.copyOf(bytes.data, bytes.size);
    if (bytes.data.length > KEPT) {
      bytes = new Bytes(FIRST); // one large record must not keep its room
    }
    return new BatchFile.Batch(CODEC, 0, records, payload);
  }
}
