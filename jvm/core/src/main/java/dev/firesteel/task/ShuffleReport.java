package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

/**
 * The sections of a map output, one element per reduce partition. The arrays are shared, not
 * copied, and must not be changed.
 *
 * @param lengths bytes
 * @param records record counts
 * @param checksums CRC32C of the payloads, the same for every attempt of a deterministic function
 */
public record ShuffleReport(long[] lengths, long[] records, int[] checksums) {
  public ShuffleReport {
    requireNonNull(lengths, "lengths is null");
    requireNonNull(records, "records is null");
    requireNonNull(checksums, "checksums is null");
    if (lengths.length != records.length || lengths.length != checksums.length) {
      throw new IllegalArgumentException(
          "a map output with "
              + lengths.length
              + " lengths, "
              + records.length
              + " record counts and "
              + checksums.length
              + " checksums");
    }
  }
}
