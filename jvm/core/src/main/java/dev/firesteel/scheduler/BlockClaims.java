package dev.firesteel.scheduler;

import dev.firesteel.id.BlockId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which attempt is computing which persisted block, and which tasks wait for that. An attempt takes
 * all the claims it needs when it is dispatched or none, and a running attempt never waits for a
 * claim, so there can be no deadlock. Owned by the scheduler's thread.
 */
final class BlockClaims {
  private final Map<BlockId.Rdd, Long> owners = new HashMap<>();
  private final Map<BlockId.Rdd, List<Task>> parked = new HashMap<>();

  /** Returns a block among these that somebody else is computing, or null if there is none. */
  BlockId.@Nullable Rdd blockedBy(Collection<BlockId.Rdd> blocks) {
    if (owners.isEmpty()) {
      return null;
    }
    for (BlockId.Rdd block : blocks) {
      if (owners.containsKey(block)) {
        return block;
      }
    }
    return null;
  }

  /** Takes all claims; none of them may be taken. */
  void take(Collection<BlockId.Rdd> blocks, long attempt) {
    for (BlockId.Rdd block : blocks) {
      Long owner = owners.put(block, attempt);
      if (owner != null) {
        throw new IllegalStateException(
            block.name() + " is claimed by attempt " + attempt + ", and was by " + owner);
      }
    }
  }

  /** The task waits until the claim on a block is released. */
  void park(Task task, BlockId.Rdd block) {
    parked.computeIfAbsent(block, b -> new ArrayList<>()).add(task);
  }

  /** Releases claims; returns the tasks that waited for them. */
  List<Task> release(Collection<BlockId.Rdd> blocks, long attempt) {
    List<Task> woken = List.of();
    for (BlockId.Rdd block : blocks) {
      Long owner = owners.remove(block);
      if (owner == null || owner != attempt) {
        throw new IllegalStateException(
            block.name() + " is released by attempt " + attempt + ", and was claimed by " + owner);
      }
      List<Task> waiting = parked.remove(block);
      if (waiting != null) {
        if (woken.isEmpty()) {
          woken = waiting;
        } else {
          woken.addAll(waiting);
        }
      }
    }
    return woken;
  }

  /** Returns how many blocks are claimed. */
  int size() {
    return owners.size();
  }

  /** Returns how many tasks wait. */
  int parkedCount() {
    return parked.values().stream().mapToInt(List::size).sum();
  }
}
