package dev.firesteel.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.execution.arrow.ArrowWriter;
import org.apache.spark.sql.types.StructType;

/**
 * Writes one partition in Arrow's stream format, under a name of the attempt's own, which becomes
 * the partition's when the task commits. One task's thread uses it.
 */
final class ArrowPartitionWriter implements DataWriter<InternalRow> {
  private static final int BATCH_ROWS = 10_000;
  private static final long BATCH_BYTES = 4 << 20;

  private final int partition;
  private final Path temporary;
  private final Path file;
  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final FileChannel channel;
  private final ArrowStreamWriter stream;
  private final ArrowWriter rows;
  private int batchRows;
  private long batchBytes;
  private long written;

  private ArrowPartitionWriter(
      int partition, Path temporary, Path file, StructType types, FileChannel channel) {
    this.partition = partition;
    this.temporary = temporary;
    this.file = file;
    this.channel = channel;
    this.allocator = SparkArrow.allocator(file.toString());
    this.root = VectorSchemaRoot.create(SparkArrow.schema(types), allocator);
    this.stream = new ArrowStreamWriter(root, null, channel);
    this.rows = SparkArrow.writer(root);
  }

  /**
   * Opens a writer.
   *
   * @param task tells attempts apart
   */
  static ArrowPartitionWriter open(StructType types, String directory, int partition, long task)
      throws IOException {
    Path file = PartFiles.file(directory, partition);
    Path temporary = PartFiles.temporary(file, task);
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    ArrowPartitionWriter writer =
        new ArrowPartitionWriter(partition, temporary, file, types, channel);
    writer.stream.start();
    return writer;
  }

  @Override
  public void write(InternalRow row) throws IOException {
    rows.write(row);
    batchRows++;
    // Asking the vectors for their size takes a while; nearly all rows know theirs.
    batchBytes =
        row instanceof UnsafeRow own ? batchBytes + own.getSizeInBytes() : rows.sizeInBytes();
    if (batchRows == BATCH_ROWS || batchBytes >= BATCH_BYTES) {
      writeBatch();
    }
  }

  private void writeBatch() throws IOException {
    rows.finish();
    stream.writeBatch();
    rows.reset();
    written += batchRows;
    batchRows = 0;
    batchBytes = 0;
  }

  @Override
  public WriterCommitMessage commit() throws IOException {
    if (batchRows > 0) {
      writeBatch();
    }
    stream.end();
    channel.close();
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    return new ArrowWrite.Written(partition, written);
  }

  @Override
  public void abort() throws IOException {
    Files.deleteIfExists(temporary);
  }

  @Override
  public void close() throws IOException {
    channel.close();
    root.close();
    allocator.close();
  }
}
