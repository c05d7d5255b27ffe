package dev.firesteel.sql;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Reads one partition: the columns that a query needs, batch by batch, as vectors over the mapped
 * file. Strings that Spark takes from a batch point into the file, so it stays mapped until the
 * task closes the reader, not only until the next batch. What the vectors say of their own layout
 * is verified before Spark follows it. One task's thread uses it.
 */
final class ArrowReader implements PartitionReader<ColumnarBatch> {
  private final ArrowPartition partition;
  private final BufferAllocator allocator;
  private final ArrowStreamFile file;
  private final VectorSchemaRoot root;
  private final List<FieldVector> vectors;
  private final List<StructField> fields;
  private final ColumnarBatch batch;
  private long rows;

  private ArrowReader(
      ArrowPartition partition,
      BufferAllocator allocator,
      ArrowStreamFile file,
      StructType types,
      StructType read) {
    this.partition = partition;
    this.allocator = allocator;
    this.file = file;
    this.root = VectorSchemaRoot.create(file.schema(), allocator);
    this.fields = List.of(read.fields());
    this.vectors =
        fields.stream().map(field -> root.getVector(types.fieldIndex(field.name()))).toList();
    this.batch =
        new ColumnarBatch(
            vectors.stream().map(ArrowColumnVector::new).toArray(ColumnVector[]::new));
  }

  /**
   * Opens a partition's file.
   *
   * @param types what the file must have
   * @param read what is read of it
   * @throws IOException when it is not there, or has something else
   */
  static ArrowReader open(ArrowPartition partition, StructType types, StructType read)
      throws IOException {
    BufferAllocator allocator = SparkArrow.allocator(partition.path());
    ArrowStreamFile file = null;
    try {
      file = ArrowStreamFile.open(Path.of(partition.path()), allocator, SparkMemory::unmap);
      SchemaCheck.require(partition.path(), SparkArrow.schema(types), file.schema());
      return new ArrowReader(partition, allocator, file, types, read);
    } catch (IOException | RuntimeException e) {
      if (file != null) {
        file.close();
      }
      allocator.close();
      throw e;
    }
  }

  @Override
  public boolean next() throws IOException {
    if (!file.next()) {
      if (partition.rows() >= 0 && partition.rows() != rows) {
        throw file.damaged("it has " + rows + " rows and must have " + partition.rows());
      }
      return false;
    }
    if (!vectors.isEmpty()) {
      load();
    }
    batch.setNumRows(file.rows());
    rows += file.rows();
    return true;
  }

  private void load() throws IOException {
    try (ArrowRecordBatch loaded = file.batch()) {
      SchemaCheck.requireLengths(file, loaded);
      new VectorLoader(root).load(loaded);
      for (int i = 0; i < vectors.size(); i++) {
        LayoutCheck.require(file, vectors.get(i));
        NullCheck.require(partition.path(), fields.get(i), vectors.get(i));
      }
    } catch (RuntimeException e) {
      throw file.damaged("a batch cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public ColumnarBatch get() {
    return batch;
  }

  @Override
  public void close() throws IOException {
    root.close();
    file.close();
    allocator.close();
  }
}
