package dev.firesteel.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * One partition: a file of Arrow's stream format.
 *
 * @param path where it is
 * @param rows how many rows it must have, or -1 where nobody said
 */
record ArrowPartition(String path, long rows) implements InputPartition {
  private static final Pattern WITH_ROWS = Pattern.compile("(\\d{1,18}):(.*)", Pattern.DOTALL);

  /**
   * Reads {@code path} or {@code rows:path}; a path is absolute, so it does not begin with digits.
   */
  static ArrowPartition parse(String text) {
    Matcher counted = WITH_ROWS.matcher(text);
    return counted.matches()
        ? new ArrowPartition(counted.group(2), Long.parseLong(counted.group(1)))
        : new ArrowPartition(text, -1);
  }

  /** How large the files are together; empty where one cannot be looked at. */
  static OptionalLong bytes(List<ArrowPartition> partitions) {
    long bytes = 0;
    try {
      for (ArrowPartition partition : partitions) {
        bytes += Files.size(Path.of(partition.path()));
      }
    } catch (IOException e) {
      return OptionalLong.empty(); // an estimate only: reading the file says what is wrong with it
    }
    return OptionalLong.of(bytes);
  }

  /** How many rows they have together; empty where that is not known of each. */
  static OptionalLong rows(List<ArrowPartition> partitions) {
    return partitions.stream().allMatch(partition -> partition.rows() >= 0)
        ? OptionalLong.of(partitions.stream().mapToLong(ArrowPartition::rows).sum())
        : OptionalLong.empty();
  }
}
