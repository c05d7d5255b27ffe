package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

/**
 * A partition in a file of a checkpoint, and what a reader must find there.
 *
 * @param path the file, absolute
 * @param name the name that its checksums are seeded with
 * @param bytes the length of the file
 * @param records how many records it holds
 * @param attempt the task attempt that wrote it; checksums are seeded with it
 */
public record SavedPart(String path, String name, long bytes, long records, long attempt) {
  public SavedPart {
    requireNonNull(path, "path is null");
    requireNonNull(name, "name is null");
  }
}
