package dev.firesteel.lineage;

import dev.firesteel.id.NodeId;

/**
 * How many partitions a node has, from its parents' numbers; refuses parents whose numbers do not
 * fit one another.
 */
final class PartitionCount implements Node.Visitor<Integer> {
  private final KnownLineage lineage;

  PartitionCount(KnownLineage lineage) {
    this.lineage = lineage;
  }

  @Override
  public Integer visit(Node.Input node) {
    return node.splits().size();
  }

  @Override
  public Integer visit(Node.Saved node) {
    return node.parts().size();
  }

  @Override
  public Integer visit(Node.Slices node) {
    return node.slices().size();
  }

  @Override
  public Integer visit(Node.Range node) {
    return node.partitions();
  }

  @Override
  public Integer visit(Node.Empty node) {
    return 0;
  }

  @Override
  public Integer visit(Node.Pipeline node) {
    return lineage.partitions(node.parent());
  }

  @Override
  public Integer visit(Node.Crossing node) {
    return lineage.partitions(node.parent());
  }

  @Override
  public Integer visit(Node.Union node) {
    int sum = 0;
    for (NodeId parent : node.parents()) {
      sum = Math.addExact(sum, lineage.partitions(parent));
    }
    return sum;
  }

  @Override
  public Integer visit(Node.Aligned node) {
    int first = lineage.partitions(node.parents().get(0));
    for (NodeId parent : node.parents()) {
      if (lineage.partitions(parent) != first) {
        throw new LineageException(
            node.id()
                + " aligns parents of "
                + first
                + " and "
                + lineage.partitions(parent)
                + " partitions");
      }
    }
    return first;
  }

  @Override
  public Integer visit(Node.Coalesced node) {
    return Math.min(node.partitions(), lineage.partitions(node.parent()));
  }

  @Override
  public Integer visit(Node.Zipped node) {
    int left = lineage.partitions(node.left());
    int right = lineage.partitions(node.right());
    if (left != right) {
      throw new LineageException(
          node.id() + " zips parents of " + left + " and " + right + " partitions");
    }
    return left;
  }

  @Override
  public Integer visit(Node.Product node) {
    return Math.multiplyExact(lineage.partitions(node.left()), lineage.partitions(node.right()));
  }

  @Override
  public Integer visit(Node.Shuffled node) {
    if (node.how() instanceof ReadMode.Samples) {
      return 1;
    }
    if (node.how() instanceof ReadMode.Sorted sorted) {
      return sorted.partitions();
    }
    return lineage.shuffle(node.shuffle()).partitions();
  }
}
