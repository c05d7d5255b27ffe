package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.planning.StoredBlocks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The scheduler's own record of which persisted blocks exist. Owned by the scheduler's thread. */
final class PersistedBlocks implements StoredBlocks {
  private final Map<NodeId, Map<Integer, Held>> byNode = new HashMap<>();
  private int size;

  /** A block, and which executor has it. */
  record Held(StoredBlock block, String executor) {
    Held {
      requireNonNull(block, "block is null");
      requireNonNull(executor, "executor is null");
    }
  }

  @Override
  public @Nullable StoredBlock get(NodeId node, int partition) {
    Map<Integer, Held> blocks = byNode.get(node);
    Held held = blocks == null ? null : blocks.get(partition);
    return held == null ? null : held.block();
  }

  @Override
  public int count(NodeId node) {
    Map<Integer, Held> blocks = byNode.get(node);
    return blocks == null ? 0 : blocks.size();
  }

  /** Returns a block and where it is, or null if it does not exist. */
  @Nullable Held held(BlockId.Rdd id) {
    Map<Integer, Held> blocks = byNode.get(id.node());
    return blocks == null ? null : blocks.get(id.partition());
  }

  /** Returns the blocks that an executor has. */
  List<BlockId.Rdd> on(String executor) {
    List<BlockId.Rdd> found = new ArrayList<>();
    byNode.forEach(
        (node, blocks) ->
            blocks.forEach(
                (partition, held) -> {
                  if (held.executor().equals(executor)) {
                    found.add(new BlockId.Rdd(node, partition));
                  }
                }));
    return found;
  }

  /** A block exists from now on. */
  void put(BlockId.Rdd id, Held held) {
    if (byNode.computeIfAbsent(id.node(), n -> new TreeMap<>()).put(id.partition(), held) == null) {
      size++;
    }
  }

  /** A block no longer exists; returns whether it did. */
  boolean remove(BlockId.Rdd id) {
    Map<Integer, Held> blocks = byNode.get(id.node());
    if (blocks == null || blocks.remove(id.partition()) == null) {
      return false;
    }
    size--;
    if (blocks.isEmpty()) {
      byNode.remove(id.node());
    }
    return true;
  }

  /** No block of a node exists any more; returns those that did. */
  List<BlockId.Rdd> removeAll(NodeId node) {
    Map<Integer, Held> blocks = byNode.remove(node);
    if (blocks == null) {
      return List.of();
    }
    size -= blocks.size();
    List<BlockId.Rdd> removed = new ArrayList<>(blocks.size());
    blocks.keySet().forEach(partition -> removed.add(new BlockId.Rdd(node, partition)));
    return removed;
  }

  /** Returns how many blocks there are. */
  int size() {
    return size;
  }
}
