package dev.firesteel.planning;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.StoredBlock;
import org.jspecify.annotations.Nullable;

/** Tells planning which blocks of persisted nodes exist at this moment. */
public interface StoredBlocks {

  /** Returns a block, or null if it does not exist. */
  @Nullable StoredBlock get(NodeId node, int partition);

  /** Returns how many blocks of a node exist. */
  int count(NodeId node);
}
