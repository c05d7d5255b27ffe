package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.lineage.Lineage;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps the record of persisted blocks, and has the files follow it. Owned by the scheduler's
 * thread.
 */
final class BlockKeeper {
  private final Lineage lineage;
  private final PersistedBlocks blocks;
  private final Consumer<SchedulerAction> actions;

  /** Nodes whose blocks all exist, and come from map outputs that have come out different since. */
  private final Set<NodeId> outdated = new HashSet<>();

  private Consumer<NodeId> incomplete = node -> {};

  BlockKeeper(Lineage lineage, PersistedBlocks blocks, Consumer<SchedulerAction> actions) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.actions = requireNonNull(actions, "actions is null");
  }

  /** Who is told that an outdated node has lost a block: what is left of it fits nothing. */
  void onIncomplete(Consumer<NodeId> listener) {
    incomplete = requireNonNull(listener, "listener is null");
  }

  /** A node's blocks stay as long as they all do: one that is computed again would not fit them. */
  void outdated(NodeId node) {
    outdated.add(node);
  }

  /** An attempt on an executor materialized a block; it is kept if it is still wanted. */
  void add(StoredBlock block, String executor) {
    StorageLevel level = block.id() instanceof BlockId.Rdd rdd ? lineage.level(rdd.node()) : null;
    if (block.id() instanceof BlockId.Rdd id
        && level != null
        && blocks.get(id.node(), id.partition()) == null) {
      blocks.put(id, new PersistedBlocks.Held(block, executor));
      actions.accept(new SchedulerAction.RegisterBlock(block, level));
    } else {
      discard(block);
    }
  }

  /** The file of a block that nobody wants is deleted. */
  void discard(StoredBlock block) {
    actions.accept(new SchedulerAction.DeleteFile(block.location()));
  }

  /**
   * An attempt found a block damaged or missing. If the block was written after that attempt was
   * launched, then it is another than the attempt read.
   */
  void lost(BlockId.Rdd id, long attempt) {
    StoredBlock block = blocks.get(id.node(), id.partition());
    if (block != null && block.attempt() < attempt) {
      removeOne(id);
    }
  }

  /** A block has made room for others. One that was computed again since then is another. */
  void gone(BlockId.Rdd id, long attempt) {
    StoredBlock block = blocks.get(id.node(), id.partition());
    if (block != null && block.attempt() == attempt) {
      removeOne(id);
    }
  }

  /** An executor is gone, with the blocks that it had. */
  void lose(String executor) {
    for (BlockId.Rdd id : blocks.on(executor)) {
      if (blocks.held(id) != null) { // the loss of another may have taken it along
        removeOne(id);
      }
    }
  }

  private void removeOne(BlockId.Rdd id) {
    blocks.remove(id);
    actions.accept(new SchedulerAction.RemoveBlock(id));
    if (outdated.contains(id.node())) {
      removeAll(id.node());
      incomplete.accept(id.node());
    }
  }

  /** No block of a node is wanted any more. */
  void removeAll(NodeId node) {
    outdated.remove(node);
    blocks.removeAll(node).forEach(id -> actions.accept(new SchedulerAction.RemoveBlock(id)));
  }

  /** Returns how many blocks exist. */
  int size() {
    return blocks.size();
  }
}
