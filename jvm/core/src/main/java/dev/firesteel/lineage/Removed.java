package dev.firesteel.lineage;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import java.util.ArrayList;
import java.util.List;

/**
 * What left the lineage because nothing refers to it any more: its files can be deleted.
 *
 * @param inputs nodes that read files of the driver's ({@link Node.Slices}) and have gone
 * @param paths files of such nodes that no other node reads
 */
public record Removed(
    List<NodeId> nodes,
    List<ShuffleId> shuffles,
    List<ClosureId> closures,
    List<BroadcastId> broadcasts,
    List<NodeId> inputs,
    List<String> paths) {

  static Removed nothingYet() {
    return new Removed(
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }
}
