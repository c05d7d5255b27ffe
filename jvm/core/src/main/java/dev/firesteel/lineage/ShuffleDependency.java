package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import org.jspecify.annotations.Nullable;

/**
 * A shuffle: which RDD its map tasks run over and how they write.
 *
 * @param parent the RDD whose partitions are the map tasks
 * @param partitions how many reduce partitions there are
 * @param combine the closure that combines values by key on the map side, or null
 * @param site where in the user's program the shuffle was asked for
 */
public record ShuffleDependency(
    ShuffleId id,
    NodeId parent,
    int partitions,
    Partitioner partitioner,
    @Nullable ClosureId combine,
    String site) {
  public ShuffleDependency {
    requireNonNull(id, "id is null");
    requireNonNull(parent, "parent is null");
    requireNonNull(partitioner, "partitioner is null");
    requireNonNull(site, "site is null");
    if (partitions < 1) {
      throw new IllegalArgumentException(id + " has " + partitions + " partitions");
    }
  }
}
