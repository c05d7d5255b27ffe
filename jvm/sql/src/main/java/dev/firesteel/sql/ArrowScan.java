package dev.firesteel.sql;

import java.util.OptionalLong;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.StructType;

/**
 * Reads some columns of a source. Two scans of the same are equal, so Spark can read once for both.
 *
 * @param types the columns of the files
 * @param readSchema those that are read
 * @param source where the files come from
 */
record ArrowScan(StructType types, StructType readSchema, ArrowSource source)
    implements Batch, SupportsReportStatistics {
  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public String description() {
    return source instanceof ArrowSource.Named named
        ? "firesteel source " + named.id()
        : "firesteel files";
  }

  /** Says so for all partitions, or Spark would open the source to ask each while it plans. */
  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    return source.open().toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new ArrowReaders(types, readSchema);
  }

  @Override
  public Statistics estimateStatistics() {
    return new Statistics() {
      @Override
      public OptionalLong sizeInBytes() {
        return source.bytes();
      }

      @Override
      public OptionalLong numRows() {
        return source.rows();
      }
    };
  }
}
