package dev.firesteel.lineage;

import dev.firesteel.id.NodeId;
import java.util.List;

/**
 * Which language's form a node's records have: that of the functions that made them, or of the
 * driver; refuses parents that differ.
 */
final class LanguageOf implements Node.Visitor<Language> {
  private final KnownLineage lineage;
  private final Language driver;

  LanguageOf(KnownLineage lineage, Language driver) {
    this.lineage = lineage;
    this.driver = driver;
  }

  @Override
  public Language visit(Node.Input node) {
    return node.isReadBy(driver) ? driver : node.readers().iterator().next();
  }

  @Override
  public Language visit(Node.Saved node) {
    return driver;
  }

  @Override
  public Language visit(Node.Slices node) {
    return driver;
  }

  @Override
  public Language visit(Node.Range node) {
    return driver;
  }

  @Override
  public Language visit(Node.Empty node) {
    return driver;
  }

  @Override
  public Language visit(Node.Pipeline node) {
    return same(node.id(), node.language(), node.parents());
  }

  @Override
  public Language visit(Node.Crossing node) {
    return node.to();
  }

  @Override
  public Language visit(Node.Union node) {
    return node.parents().isEmpty() ? driver : same(node.id(), node.parents());
  }

  @Override
  public Language visit(Node.Aligned node) {
    return same(node.id(), node.parents());
  }

  @Override
  public Language visit(Node.Coalesced node) {
    return lineage.language(node.parent());
  }

  @Override
  public Language visit(Node.Zipped node) {
    return same(node.id(), node.parents());
  }

  @Override
  public Language visit(Node.Product node) {
    return same(node.id(), node.parents());
  }

  @Override
  public Language visit(Node.Shuffled node) {
    return lineage.language(lineage.shuffle(node.shuffle()).parent());
  }

  private Language same(NodeId id, List<NodeId> parents) {
    return same(id, lineage.language(parents.get(0)), parents);
  }

  private Language same(NodeId id, Language wanted, List<NodeId> parents) {
    for (NodeId parent : parents) {
      if (lineage.language(parent) != wanted) {
        throw new LineageException(
            "%s needs records of %s, and those of %s are of %s: a crossing is missing"
                .formatted(id, wanted, parent, lineage.language(parent)));
      }
    }
    return wanted;
  }
}
