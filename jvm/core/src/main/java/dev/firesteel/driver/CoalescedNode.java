package dev.firesteel.driver;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Node;
import java.util.List;

/** Its parent's partitions in fewer ones, neighbours together. */
public final class CoalescedNode extends DriverNode {
  private final int wanted;

  /** A node of so many partitions, or fewer when its parent has. */
  public CoalescedNode(NodeId id, String site, DriverNode parent, int wanted) {
    super(id, site, List.of(parent));
    this.wanted = wanted;
  }

  @Override
  public Language language() {
    return Language.JAVA;
  }

  @Override
  int countPartitions() {
    return Math.min(wanted, parents().get(0).partitions());
  }

  @Override
  Definition define(Compiler compiler) {
    Entry parent = compiler.entry(parents().get(0));
    return new Definition(
        new Node.Coalesced(id(), site(), (NodeId) parent.id, wanted), List.of(parent), null);
  }
}
