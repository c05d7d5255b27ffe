package dev.firesteel.api;

import org.jspecify.annotations.Nullable;

/**
 * How a persisted RDD is kept: where, and whether as objects in the heap or serialized in files.
 * What has no room and may not be on disk is dropped, and computed again when it is needed.
 */
public enum StorageLevel {
  /** Not kept. */
  NONE(false, false, false),
  /** As objects in memory. */
  MEMORY_ONLY(false, true, true),
  /** Serialized in memory. */
  MEMORY_ONLY_SER(false, true, false),
  /** As objects in memory; what has no room goes to disk. */
  MEMORY_AND_DISK(true, true, true),
  /** Serialized in memory; what has no room goes to disk. */
  MEMORY_AND_DISK_SER(true, true, false),
  /** Serialized on disk. */
  DISK_ONLY(true, false, false);

  private final boolean disk;
  private final boolean memory;
  private final boolean deserialized;

  StorageLevel(boolean disk, boolean memory, boolean deserialized) {
    this.disk = disk;
    this.memory = memory;
    this.deserialized = deserialized;
  }

  /** Returns whether it may be on disk. */
  public boolean useDisk() {
    return disk;
  }

  /** Returns whether it may be in memory. */
  public boolean useMemory() {
    return memory;
  }

  /** Returns whether records are kept as objects. */
  public boolean deserialized() {
    return deserialized;
  }

  dev.firesteel.id.@Nullable StorageLevel engine() {
    return this == NONE
        ? null
        : new dev.firesteel.id.StorageLevel(disk, memory, false, deserialized, 1);
  }

  static StorageLevel of(dev.firesteel.id.@Nullable StorageLevel level) {
    if (level == null) {
      return NONE;
    }
    for (StorageLevel each : values()) {
      if (level.equals(each.engine())) {
        return each;
      }
    }
    throw new IllegalArgumentException("no level of the Java API: " + level);
  }
}
