package dev.firesteel.sql;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** Where a table's files come from, and what is known of them before they are opened. */
sealed interface ArrowSource {
  /** The partitions, in order. Called when a query runs, not when it is analysed or explained. */
  List<ArrowPartition> open();

  /** The size in bytes, where known. */
  OptionalLong bytes();

  /** The number of rows, where known. */
  OptionalLong rows();

  /**
   * A source of the driver's.
   *
   * @param id the driver's name for it
   * @param bytes its size, where the driver says so by the option {@code bytes}
   */
  record Named(String id, OptionalLong bytes) implements ArrowSource {
    @Override
    public List<ArrowPartition> open() {
      return Driver.current().open(id).stream().map(ArrowPartition::parse).toList();
    }

    @Override
    public OptionalLong rows() {
      return OptionalLong.empty();
    }
  }

  /**
   * Files that are named at once.
   *
   * @param partitions the files
   */
  record Listed(List<ArrowPartition> partitions) implements ArrowSource {
    @Override
    public List<ArrowPartition> open() {
      return partitions;
    }

    @Override
    public OptionalLong bytes() {
      return ArrowPartition.bytes(partitions);
    }

    @Override
    public OptionalLong rows() {
      return ArrowPartition.rows(partitions);
    }
  }

  /** Reads the options: {@code files}, one a line, or {@code id}, with {@code bytes} if known. */
  static ArrowSource of(CaseInsensitiveStringMap options) {
    String files = options.get("files");
    String id = options.get("id");
    if ((files == null) == (id == null)) {
      throw new IllegalArgumentException(
          "the format 'firesteel' reads by the option 'id' (a source of the driver's) or 'files'"
              + " (paths, one a line): give one of them");
    }
    if (files != null) {
      return new Listed(
          Arrays.stream(files.split("\n", -1))
              .filter(line -> !line.isEmpty())
              .map(ArrowPartition::parse)
              .toList());
    }
    long bytes = options.getLong("bytes", -1);
    return new Named(id, bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes));
  }
}
