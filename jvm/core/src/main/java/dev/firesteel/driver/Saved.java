package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.lineage.SavedPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that a checkpoint, or a saved RDD, consists of.
 *
 * @param keep what must live as long as they are needed, or null
 */
record Saved(String directory, List<SavedPart> parts, @Nullable Object keep) {
  Saved {
    requireNonNull(directory, "directory is null");
    parts = List.copyOf(parts);
  }
}
