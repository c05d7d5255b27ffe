package dev.firesteel.lineage;

import dev.firesteel.id.ClosureId;
import java.util.ArrayList;
import java.util.List;

/** What a node or a shuffle refers to. */
enum Parents implements Node.Visitor<List<Object>> {
  INSTANCE;

  @Override
  public List<Object> visit(Node.Input node) {
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
    return List.copyOf(node.parents());
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
    return List.copyOf(node.parents());
  }

  @Override
  public List<Object> visit(Node.Zipped node) {
    return List.copyOf(node.parents());
  }

  @Override
  public List<Object> visit(Node.Product node) {
    return List.copyOf(node.parents());
  }

  @Override
  public List<Object> visit(Node.Shuffled node) {
    List<Object> all = new ArrayList<>(node.shuffles());
    ClosureId closure = node.how().closure();
    if (closure != null) {
      all.add(closure);
    }
    return List.copyOf(all);
  }

  /** What a shuffle refers to. */
  static List<Object> of(ShuffleDependency shuffle) {
    List<Object> parts = new ArrayList<>();
    parts.add(shuffle.parent());
    if (shuffle.combine() != null) {
      parts.add(shuffle.combine());
    }
    ClosureId closure = shuffle.partitioner().closure();
    if (closure != null) {
      parts.add(closure);
    }
    return List.copyOf(parts);
  }
}
