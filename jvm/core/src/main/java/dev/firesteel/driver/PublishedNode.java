package dev.firesteel.driver;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.NodeView;
import java.util.List;

/** What was looked up by its name: the engine has it, from this driver or another. */
public final class PublishedNode extends DriverNode {
  private final Language language;
  private final int partitions;

  /**
   * A node for what there is to know of one.
   *
   * @param id the number that it has here
   */
  PublishedNode(NodeId id, NodeView view) {
    super(id, view.site(), List.of());
    this.language = view.language();
    this.partitions = view.partitions();
    Entry known = Entry.known(view.id());
    known.level = view.level();
    this.entry = known;
    level(view.level());
  }

  @Override
  public Language language() {
    return language;
  }

  @Override
  int countPartitions() {
    return partitions;
  }

  @Override
  Definition define(Compiler compiler) {
    throw new IllegalStateException(site() + " was looked up, and the engine has it");
  }
}
