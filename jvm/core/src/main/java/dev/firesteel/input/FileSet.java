package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The files behind one {@code textFile} or {@code wholeTextFiles}, listed once and cut into
 * partitions.
 *
 * @param id what the driver calls it
 * @param partitions the splits of each partition, in order; a text partition has one split
 */
public record FileSet(long id, List<List<FileSplit>> partitions) {
  public FileSet {
    requireNonNull(partitions, "partitions is null");
    partitions = List.copyOf(partitions);
  }
}
