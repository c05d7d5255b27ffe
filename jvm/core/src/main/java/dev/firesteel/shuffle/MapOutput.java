package dev.firesteel.shuffle;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * One map task's output: a data file with a section for each reduce partition, in order. The arrays
 * are shared, not copied, and must not be changed.
 *
 * @param attempt the task attempt that wrote it
 * @param path the data file
 * @param lengths the bytes of each section
 * @param records the records of each section
 * @param checksums CRC32C of the payloads of each section; equal for equal data, whoever wrote it
 */
public record MapOutput(long attempt, Path path, long[] lengths, long[] records, int[] checksums) {
  public MapOutput {
    requireNonNull(path, "path is null");
    requireNonNull(lengths, "lengths is null");
    requireNonNull(records, "records is null");
    requireNonNull(checksums, "checksums is null");
    if (lengths.length != records.length || lengths.length != checksums.length) {
      throw new IllegalArgumentException(
          "A map output has %d lengths, %d record counts and %d checksums"
              .formatted(lengths.length, records.length, checksums.length));
    }
  }
}
