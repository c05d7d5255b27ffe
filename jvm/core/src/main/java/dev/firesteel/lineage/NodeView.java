package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * What a driver must know of a node that another one has made.
 *
 * @param language the language whose form its records have
 * @param partitions how many it has
 * @param site where in the program that made it
 * @param level how it is persisted, or null
 */
public record NodeView(
    NodeId id, Language language, int partitions, String site, @Nullable StorageLevel level) {
  public NodeView {
    requireNonNull(id, "id is null");
    requireNonNull(language, "language is null");
    requireNonNull(site, "site is null");
  }
}
