package dev.firesteel.driver;

import dev.firesteel.config.ConfigKey;
import dev.firesteel.config.ValueType;

/**
 * The settings that a Java driver reads itself. The Python driver has the same, and declares them
 * for the documentation.
 */
public final class DriverKeys {
  private static final String V1 = "0.1.0";

  private DriverKeys() {}

  /** The most that the results of one action may take. */
  public static final ConfigKey<Long> MAX_RESULT_SIZE =
      new ConfigKey<>(
          "spark.driver.maxResultSize",
          ValueType.bytes("b"),
          "1g",
          "bytes",
          "The most that all results of one action may take; 0 for no limit.",
          V1);

  /** How many partitions where nothing else says. */
  public static final ConfigKey<Integer> DEFAULT_PARALLELISM =
      new ConfigKey<>(
          "spark.default.parallelism",
          ValueType.atLeast(1),
          null,
          "partitions",
          "How many partitions parallelize and shuffles make when the program does not say.",
          V1);

  /** What is between the records of text files. */
  public static final ConfigKey<String> TEXT_DELIMITER =
      new ConfigKey<>(
          "spark.hadoop.textinputformat.record.delimiter",
          ValueType.TEXT,
          null,
          "",
          "What is between the records of textFile, in place of line ends.",
          V1);

  /** Whether an output directory must not exist. */
  public static final ConfigKey<Boolean> VALIDATE_OUTPUT =
      new ConfigKey<>(
          "spark.hadoop.validateOutputSpecs",
          ValueType.FLAG,
          "true",
          "",
          "Whether the directory that an RDD is saved to must not exist.",
          V1);
}
