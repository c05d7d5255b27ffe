package dev.firesteel.sql;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

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
  private final List<StructField> fields;
  private final Set<String> names;
  private final Schema loaded;
  private @Nullable VectorSchemaRoot root;
  private ColumnarBatch batch = new ColumnarBatch(new ColumnVector[0]);
  private long rows;

  private ArrowReader(
      ArrowPartition partition, BufferAllocator allocator, ArrowStreamFile file, StructType read) {
    this.partition = partition;
    this.allocator = allocator;
    this.file = file;
    this.fields = List.of(read.fields());
    this.names = Set.of(read.fieldNames());
    this.loaded =
        new Schema(
            file.schema().getFields().stream()
                .filter(field -> names.contains(field.getName()))
                .toList());
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
      return new ArrowReader(partition, allocator, file, read);
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
    if (!fields.isEmpty()) {
      batch = load();
    }
    batch.setNumRows(file.rows());
    rows += file.rows();
    return true;
  }

  /**
   * Makes vectors for each batch: Spark closes those of a batch that it has read, with all inside.
   */
  private ColumnarBatch load() throws IOException {
    if (root != null) {
      root.close();
    }
    VectorSchemaRoot made = VectorSchemaRoot.create(loaded, allocator);
    root = made;
    try (ArrowRecordBatch whole = file.batch();
        ArrowRecordBatch needed = LayoutCheck.take(file, whole, names)) {
      new VectorLoader(made).load(needed);
    } catch (RuntimeException e) {
      throw file.damaged("a batch cannot be read: " + e.getMessage(), e);
    }
    ColumnVector[] columns = new ColumnVector[fields.size()];
    for (int i = 0; i < columns.length; i++) {
      StructField field = fields.get(i);
      ValueVector vector = made.getVector(field.name());
      NullCheck.require(partition.path(), field, vector);
      columns[i] = new ArrowColumnVector(vector);
    }
    return new ColumnarBatch(columns);
  }

  @Override
  public ColumnarBatch get() {
    return batch;
  }

  @Override
  public void close() throws IOException {
    if (root != null) {
      root.close();
    }
    file.close();
    allocator.close();
  }
}
