package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Node;
import java.util.List;

/**
 * The partitions of its parents, put together in one of several ways, their records as they are or
 * in pairs.
 */
public final class CombinedNode extends DriverNode {
  /** How partitions are put together. */
  public enum How {
    /** All of the first parent, then all of the second, and so on. */
    UNION,
    /** Those of the same number, one after another. */
    ALIGNED,
    /** Pairs of the records at the same place. */
    ZIPPED,
    /** All pairs of a left and a right record. */
    PRODUCT
  }

  private final How how;

  /** A node over parents of one language, of which there is at least one. */
  public CombinedNode(NodeId id, String site, How how, List<? extends DriverNode> parents) {
    super(id, site, List.copyOf(parents));
    this.how = requireNonNull(how, "how is null");
  }

  @Override
  public Language language() {
    return Language.JAVA;
  }

  @Override
  int countPartitions() {
    int first = parents().get(0).partitions();
    switch (how) {
      case ALIGNED:
      case ZIPPED:
        return first;
      case PRODUCT:
        return Math.multiplyExact(first, parents().get(1).partitions());
      case UNION:
        break;
    }
    int sum = 0;
    for (DriverNode parent : parents()) {
      sum = Math.addExact(sum, parent.partitions());
    }
    return sum;
  }

  @Override
  Definition define(Compiler compiler) {
    List<Entry> needs = parents().stream().map(compiler::entry).toList();
    List<NodeId> ids = needs.stream().map(need -> (NodeId) need.id).toList();
    return new Definition(node(ids), needs, null);
  }

  private Node node(List<NodeId> ids) {
    return switch (how) {
      case UNION -> new Node.Union(id(), site(), ids);
      case ALIGNED -> new Node.Aligned(id(), site(), ids);
      case ZIPPED -> new Node.Zipped(id(), site(), ids.get(0), ids.get(1));
      case PRODUCT -> new Node.Product(id(), site(), ids.get(0), ids.get(1));
    };
  }
}
