package dev.firesteel.lineage;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The nodes and shuffles of an update that are new and fit what there is, before they are part of
 * it ({@link Lineage#fit}). An update that does not fit is refused as a whole, with nothing
 * changed.
 */
public final class LineageAdditions implements KnownLineage {
  private final Lineage lineage;
  final Map<NodeId, Lineage.Entry> nodes = new LinkedHashMap<>();
  final Map<ShuffleId, ShuffleDependency> shuffles = new LinkedHashMap<>();

  LineageAdditions(Lineage lineage) {
    this.lineage = lineage;
  }

  /** Returns whether a node is known, or will be. */
  boolean contains(NodeId id) {
    return nodes.containsKey(id) || lineage.contains(id);
  }

  /** Returns whether a node is new. */
  public boolean isNew(NodeId id) {
    return nodes.containsKey(id);
  }

  @Override
  public int partitions(NodeId id) {
    Lineage.Entry entry = nodes.get(id);
    return entry == null ? lineage.partitions(id) : entry.partitions();
  }

  @Override
  public Language language(NodeId id) {
    Lineage.Entry entry = nodes.get(id);
    return entry == null ? lineage.language(id) : entry.language();
  }

  @Override
  public Set<Integer> drivers(NodeId id) {
    Lineage.Entry entry = nodes.get(id);
    return entry == null ? lineage.drivers(id) : entry.drivers();
  }

  @Override
  public ShuffleDependency shuffle(ShuffleId id) {
    ShuffleDependency shuffle = shuffles.get(id);
    return shuffle == null ? lineage.shuffle(id) : shuffle;
  }
}
