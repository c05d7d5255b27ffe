package dev.firesteel.sql;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Makes a scan of the columns that a query needs. */
final class ArrowScanBuilder implements SupportsPushDownRequiredColumns {
  private final StructType types;
  private final ArrowSource source;
  private StructType required;

  ArrowScanBuilder(StructType types, ArrowSource source) {
    this.types = types;
    this.source = source;
    this.required = types;
  }

  /** Keeps whole columns: pieces of structs cost nothing to leave in. */
  @Override
  public void pruneColumns(StructType pruned) {
    Set<String> names = new HashSet<>(Arrays.asList(pruned.fieldNames()));
    required =
        new StructType(
            Arrays.stream(types.fields())
                .filter(field -> names.contains(field.name()))
                .toArray(StructField[]::new));
  }

  @Override
  public Scan build() {
    return new ArrowScan(types, required, source);
  }
}
