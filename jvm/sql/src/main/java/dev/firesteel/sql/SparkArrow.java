package dev.firesteel.sql;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.execution.arrow.ArrowWriter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;

/**
 * Spark's own mapping of its types and rows to Arrow, which it keeps to itself: named here only, in
 * the forms that Spark 4.2 and 4.3 both have.
 */
final class SparkArrow {
  private SparkArrow() {}

  /** The Arrow schema of Spark's schema; instants are in UTC, offsets of texts have 32 bits. */
  static Schema schema(StructType schema) {
    return ArrowUtils.toArrowSchema(schema, "UTC", false);
  }

  /** An allocator for one file. */
  static BufferAllocator allocator(String name) {
    return ArrowUtils.rootAllocator().newChildAllocator(name, 0, Long.MAX_VALUE);
  }

  /** Writes Spark's rows into Arrow's vectors. */
  static ArrowWriter writer(VectorSchemaRoot root) {
    return ArrowWriter.create(root);
  }
}
