package dev.firesteel.sql;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Spark's data source {@code firesteel}: files of Arrow's IPC stream format, one a partition, in
 * order.
 *
 * <p>Reading takes the schema from the user, and the files by the option {@code files} (paths, one
 * a line) or {@code id} (a source that the driver is asked for when the query runs; {@code bytes}
 * may say how large it is). A path may have the form {@code rows:path}; another number of rows is
 * then an error. Writing, in the mode {@code append}, takes the option {@code path}, an existing
 * directory, and puts {@code part-NNNNN.arrow} there, and {@code rows}: a line {@code partition
 * count} for each.
 */
public final class ArrowFiles implements TableProvider, DataSourceRegister {
  /** Makes the source; Spark calls this. */
  public ArrowFiles() {}

  @Override
  public String shortName() {
    return "firesteel";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    throw new IllegalArgumentException(
        "the format 'firesteel' does not look into files for their schema: give it with"
            + " read.schema(…)");
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    Set<String> names = new HashSet<>();
    for (String name : schema.fieldNames()) {
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "the format 'firesteel' needs names that differ, and two columns are called '"
                + name
                + "': rename one");
      }
    }
    return new ArrowTable(schema);
  }
}
