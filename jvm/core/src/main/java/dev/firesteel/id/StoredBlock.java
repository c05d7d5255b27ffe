package dev.firesteel.id;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A block that exists: where it is and what a reader must find in it.
 *
 * @param id which block
 * @param path the committed file
 * @param bytes the length of the file
 * @param records how many records it holds
 * @param attempt the task attempt that wrote it; checksums are seeded with it
 */
public record StoredBlock(BlockId id, Path path, long bytes, long records, long attempt) {
  public StoredBlock {
    requireNonNull(id, "id is null");
    requireNonNull(path, "path is null");
  }
}
