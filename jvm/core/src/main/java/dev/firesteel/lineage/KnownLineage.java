package dev.firesteel.lineage;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import java.util.Set;

/** What a new node may come from: the lineage, or the lineage with what is about to be added. */
interface KnownLineage {

  /** Returns how many partitions a node has. */
  int partitions(NodeId id);

  /** Returns the language whose form a node's records have. */
  Language language(NodeId id);

  /** Returns the drivers that made a node and all that it comes from. */
  Set<Integer> drivers(NodeId id);

  /** Returns a shuffle. */
  ShuffleDependency shuffle(ShuffleId id);
}
