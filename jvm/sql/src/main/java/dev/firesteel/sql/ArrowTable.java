package dev.firesteel.sql;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Arrow files as a table: of the schema that the user gave.
 *
 * @param types the schema
 */
record ArrowTable(StructType types) implements SupportsRead, SupportsWrite {
  @Override
  public String name() {
    return "firesteel";
  }

  @Override
  public Column[] columns() {
    return Arrays.stream(types.fields())
        .map(
            field ->
                Column.create(
                    field.name(),
                    field.dataType(),
                    field.nullable(),
                    null,
                    field.metadata().json()))
        .toArray(Column[]::new);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return EnumSet.of(
        TableCapability.BATCH_READ, TableCapability.BATCH_WRITE, TableCapability.ACCEPT_ANY_SCHEMA);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new ArrowScanBuilder(types, ArrowSource.of(options));
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new WriteBuilder() {
      @Override
      public Write build() {
        return new ArrowWrite(info.schema(), directory(info.options()));
      }
    };
  }

  private static String directory(CaseInsensitiveStringMap options) {
    String directory = options.get("path");
    if (directory == null || !Files.isDirectory(Path.of(directory))) {
      throw new IllegalArgumentException(
          "the format 'firesteel' writes into the directory that the option 'path' names, and "
              + (directory == null ? "there is no such option" : directory + " is none"));
    }
    if (Files.exists(Path.of(directory, ArrowWrite.ROWS))) {
      throw new IllegalArgumentException(
          directory + " holds a result already: the format 'firesteel' writes into a new one");
    }
    return directory;
  }
}
