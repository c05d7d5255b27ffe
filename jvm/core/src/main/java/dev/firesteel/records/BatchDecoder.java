package dev.firesteel.records;

import static java.util.Objects.requireNonNull;

import dev.firesteel.storage.BatchFile;
import java.io.IOException;

/**
 * Makes records of the batches that {@link BatchEncoder} made. Keeps nothing; for any number of
 * threads.
 */
public final class BatchDecoder {
  private final ClassLoader loader;

  /**
   * The keys and the values of pairs, at the same index.
   *
   * @param keys the keys
   * @param values as many values
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  public record Columns(Object[] keys, Object[] values) {}

  /** A decoder that finds the classes of serialized records by this loader. */
  public BatchDecoder(ClassLoader loader) {
    this.loader = requireNonNull(loader, "loader is null");
  }

  /**
   * Decodes a batch.
   *
   * @throws UnreadableException if a record can't be deserialized, or it is not of Java records
   */
  public Object[] decode(BatchFile.Batch batch) {
    return read(batch, reader -> reader.column(batch.records()));
  }

  /**
   * Decodes a batch of pairs, without making pairs.
   *
   * @throws UnreadableException as {@link #decode}
   * @throws ClassCastException if a record is no pair
   */
  public Columns decodePairs(BatchFile.Batch batch) {
    return read(batch, reader -> reader.pairColumns(batch.records()));
  }

  private interface Content<T> {
    T read(ColumnReader reader) throws IOException, ClassNotFoundException;
  }

  private <T> T read(BatchFile.Batch batch, Content<T> content) {
    if (batch.codec() != BatchEncoder.CODEC || batch.compression() != 0) {
      String what = "codec " + batch.codec() + ", compression " + batch.compression();
      IllegalArgumentException cause = new IllegalArgumentException(what);
      throw new UnreadableException("a batch is not of Java records: it has " + what, cause);
    }
    ColumnReader reader = new ColumnReader(batch.payload(), loader);
    T found;
    try {
      found = content.read(reader);
    } catch (IOException | ClassNotFoundException | LinkageError e) {
      throw new UnreadableException("a record can't be deserialized: " + e, e);
    }
    if (!reader.atEnd()) {
      throw new IllegalStateException("a batch goes on after its records");
    }
    return found;
  }
}
