package dev.firesteel.id;

import static java.util.Objects.requireNonNull;

/**
 * A block that exists: where it is and what a reader must find in it.
 *
 * @param id which block
 * @param location the committed file, or the objects
 * @param bytes the length of the file, or an estimate of what the objects take
 * @param records how many records it holds
 * @param attempt the task attempt that wrote it; checksums are seeded with it
 */
public record StoredBlock(BlockId id, Location location, long bytes, long records, long attempt) {
  public StoredBlock {
    requireNonNull(id, "id is null");
    requireNonNull(location, "location is null");
  }
}
