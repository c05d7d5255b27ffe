package dev.firesteel.lineage;

import java.util.ArrayList;
import java.util.List;

/** What a node or a shuffle refers to. */
enum Parents implements Node.Visitor<List<Object>> {
  INSTANCE;

  @Override
  public List<Object> visit(Node.Text node) {
    return List.of();
  }

  @Override
  public List<Object> visit(Node.Whole node) {
    return List.of();
  }

  @Override
  public List<Object> visit(Node.Saved node) {
    return List.of(new Lineage.InputPath(node.directory()));
  }

  @Override
  public List<Object> visit(Node.Slices node) {
    return List.of(new Lineage.InputPath(node.path()));
  }

  @Override
  public List<Object> visit(Node.Range node) {
    return List.of();
  }

  @Override
  public List<Object> visit(Node.Empty node) {
    return List.of();
  }

  @Override
  public List<Object> visit(Node.Pipeline node) {
    return List.of(node.parent(), node.closure());
  }

  @Override
  public List<Object> visit(Node.Crossing node) {
    return List.of(node.parent());
  }

  @Override
  public List<Object> visit(Node.Union node) {
    return List.copyOf(node.parents());
  }

  @Override
  public List<Object> visit(Node.Aligned node) {
    return List.copyOf(node.parents());
  }

  @Override
  public List<Object> visit(Node.Coalesced node) {
    return List.of(node.parent());
  }

  @Override
  public List<Object> visit(Node.Zipped node) {
    return List.of(node.left(), node.right());
  }

  @Override
  public List<Object> visit(Node.Product node) {
    return List.of(node.left(), node.right());
  }

  @Override
  public List<Object> visit(Node.Shuffled node) {
    ReadMode how = node.how();
    if (how instanceof ReadMode.Combined combined) {
      return List.of(node.shuffle(), combined.closure());
    }
    if (how instanceof ReadMode.Sorted sorted) {
      return sorted.bounds() == null
          ? List.of(node.shuffle(), sorted.closure())
          : List.of(node.shuffle(), sorted.closure(), sorted.bounds());
    }
    return List.of(node.shuffle());
  }

  /** What a shuffle refers to. */
  static List<Object> of(ShuffleDependency shuffle) {
    List<Object> parts = new ArrayList<>();
    parts.add(shuffle.parent());
    if (shuffle.combine() != null) {
      parts.add(shuffle.combine());
    }
    if (shuffle.partitioner() instanceof Partitioner.Custom custom) {
      parts.add(custom.closure());
    } else if (shuffle.partitioner() instanceof Partitioner.Sort sort) {
      parts.add(sort.closure());
    }
    return List.copyOf(parts);
  }
}
