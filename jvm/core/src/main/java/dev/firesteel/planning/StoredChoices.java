package dev.firesteel.planning;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.lineage.Lineage;

/**
 * The choices of an engine that keeps blocks of its own: plans read the blocks that exist,
 * materialize those of persisted nodes that do not, and are never cut.
 */
public final class StoredChoices implements NodeChoices {
  private final Lineage lineage;
  private final StoredBlocks blocks;

  public StoredChoices(Lineage lineage, StoredBlocks blocks) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
  }

  @Override
  public Choice choose(NodeId node, int partition) {
    StorageLevel level = lineage.level(node);
    if (level == null) {
      return Compute.INSTANCE;
    }
    BlockId.Rdd block = new BlockId.Rdd(node, partition);
    StoredBlock stored = blocks.get(node, partition);
    return stored == null
        ? new Materialize(block, level)
        : new Read(block, stored.bytes(), stored.records(), stored.attempt());
  }

  @Override
  public boolean isReady(NodeId node) {
    return lineage.level(node) != null && blocks.count(node) == lineage.partitions(node);
  }
}
