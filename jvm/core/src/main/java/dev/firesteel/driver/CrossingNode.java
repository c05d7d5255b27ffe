package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Node;
import java.util.List;

/** Its parent's records in the form of the other language. */
public final class CrossingNode extends DriverNode {
  private final Language to;

  /** A node whose records have another form than its parent's. */
  public CrossingNode(NodeId id, String site, DriverNode parent, Language to) {
    super(id, site, List.of(parent));
    this.to = requireNonNull(to, "to is null");
  }

  @Override
  public Language language() {
    return to;
  }

  @Override
  int countPartitions() {
    return parents().get(0).partitions();
  }

  @Override
  Definition define(Compiler compiler) {
    Entry parent = compiler.entry(parents().get(0));
    return new Definition(
        new Node.Crossing(id(), site(), (NodeId) parent.id, to), List.of(parent), null);
  }
}
