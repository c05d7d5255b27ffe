package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.stream.LongStream;

/**
 * A map output that has been written. The arrays have an element for each section, and must not be
 * changed.
 *
 * @param path the data file
 * @param lengths bytes
 * @param records record counts
 * @param checksums CRC32C of the payloads
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record ShuffleOutput(Path path, long[] lengths, long[] records, int[] checksums) {
  public ShuffleOutput {
    requireNonNull(path, "path is null");
    requireNonNull(lengths, "lengths is null");
    requireNonNull(records, "records is null");
    requireNonNull(checksums, "checksums is null");
  }

  /** The bytes of all sections. */
  public long totalBytes() {
    return LongStream.of(lengths).sum();
  }

  /** The records of all sections. */
  public long totalRecords() {
    return LongStream.of(records).sum();
  }
}
