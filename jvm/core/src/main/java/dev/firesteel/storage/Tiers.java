package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directories of the two tiers.
 *
 * @param memory the memory tier's, or null when there is none
 * @param disks the disk tier's, at least one
 */
public record Tiers(@Nullable Path memory, List<Path> disks) {
  public Tiers(@Nullable Path memory, List<Path> disks) {
    this.memory = memory;
    this.disks = List.copyOf(requireNonNull(disks, "disks is null"));
    if (disks.isEmpty()) {
      throw new IllegalArgumentException("There is no directory for the disk tier");
    }
  }

  /** Returns a file of an executor that uses these directories, as others know it. */
  public Location.File locate(String executor, Path file) {
    return isMemory(file)
        ? new Location.MemoryFile(executor, file.toString())
        : new Location.DiskFile(executor, file.toString());
  }

  /** Whether a file is in the memory tier. */
  public boolean isMemory(Path file) {
    return memory != null && file.startsWith(memory);
  }

  /**
   * The directory of the disk tier for a file.
   *
   * @param name the file's name, which spreads files over the directories
   * @param attempt how often it was tried before: the next try goes to the next directory
   */
  public Path disk(String name, int attempt) {
    return disks.get(Math.floorMod(name.hashCode() + attempt, disks.size()));
  }
}
