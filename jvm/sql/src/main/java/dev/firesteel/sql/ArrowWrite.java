package dev.firesteel.sql;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.types.StructType;

/**
 * Writes a DataFrame into a directory: a file for each partition, as they are, and at the end the
 * file {@code rows}, by which a reader knows that all is there.
 *
 * @param types the columns
 * @param directory where to
 */
record ArrowWrite(StructType types, String directory) implements Write, BatchWrite {
  /** The file that says how many rows each partition has. */
  static final String ROWS = "rows";

  @Override
  public BatchWrite toBatch() {
    return this;
  }

  @Override
  public String description() {
    return "firesteel " + directory;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    return new Writers(types, directory);
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    StringBuilder lines = new StringBuilder();
    for (WriterCommitMessage message : messages) {
      Written written = (Written) message;
      lines.append(written.partition()).append(' ').append(written.rows()).append('\n');
    }
    try {
      Path temporary = Path.of(directory, "." + ROWS + ".tmp");
      Files.writeString(temporary, lines, US_ASCII);
      Files.move(temporary, Path.of(directory, ROWS), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    try {
      PartFiles.removeAll(Path.of(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * What a task has written.
   *
   * @param partition its partition
   * @param rows how many rows
   */
  record Written(int partition, long rows) implements WriterCommitMessage {}

  /**
   * Makes the writers of partitions, where the tasks run.
   *
   * @param types the columns
   * @param directory where to
   */
  record Writers(StructType types, String directory) implements DataWriterFactory {
    @Override
    public DataWriter<InternalRow> createWriter(int partition, long task) {
      try {
        return ArrowPartitionWriter.open(types, directory, partition, task);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
  }
}
