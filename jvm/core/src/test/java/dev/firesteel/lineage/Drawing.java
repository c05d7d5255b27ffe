package dev.firesteel.lineage;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.FileSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Draws lineage for tests, as a driver would, and hands it over in updates. */
public final class Drawing {
  public static final int DRIVER = 0;
  public static final StorageLevel LEVEL = new StorageLevel(true, true, false, false, 1);

  private long last;
  private List<Node> nodes = new ArrayList<>();
  private List<ShuffleDependency> shuffles = new ArrayList<>();
  private List<LineageUpdate.ClosureFile> closures = new ArrayList<>();
  private List<LineageUpdate.LevelChange> levels = new ArrayList<>();
  private List<Node.Saved> cuts = new ArrayList<>();
  private LineageUpdate.Release release = LineageUpdate.Release.NONE;

  /** All that was drawn. */
  public final List<NodeId> allNodes = new ArrayList<>();

  public final List<ShuffleId> allShuffles = new ArrayList<>();
  public final List<ClosureId> allClosures = new ArrayList<>();

  public NodeId range(int partitions) {
    NodeId id = node();
    return add(new Node.Range(id, "range at " + id, "0", "1", partitions * 10L, partitions));
  }

  public NodeId empty() {
    return add(new Node.Empty(node(), "emptyRDD"));
  }

  public NodeId text(int partitions) {
    List<List<FileSplit>> splits = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      splits.add(
          List.of(
              new FileSplit("/data/a", "file:/data/a", i * 10L, 10, 10L * partitions, 7, null)));
    }
    return add(
        new Node.Input(
            node(),
            "textFile",
            "text",
            Map.of(),
            FileSplit.encode(splits),
            Set.of(Language.values())));
  }

  public NodeId map(NodeId parent, BroadcastId... broadcasts) {
    NodeId id = node();
    return add(new Node.Pipeline(id, "map at " + id, parent, closure(broadcasts)));
  }

  public NodeId barrier(NodeId parent) {
    NodeId id = node();
    return add(new Node.Pipeline(id, "barrier at " + id, parent, closure(), true));
  }

  public NodeId union(NodeId... parents) {
    return add(new Node.Union(node(), "union", List.of(parents)));
  }

  public NodeId aligned(NodeId... parents) {
    return add(new Node.Aligned(node(), "aligned", List.of(parents)));
  }

  public NodeId shuffled(NodeId parent, int partitions) {
    ShuffleId shuffle = shuffle(parent, partitions);
    return read(shuffle);
  }

  public ShuffleId shuffle(NodeId parent, int partitions) {
    ShuffleId id = new ShuffleId(DRIVER, ++last);
    allShuffles.add(id);
    shuffles.add(
        new ShuffleDependency(
            id, parent, partitions, new Partitioner.Hash(), null, "shuffle at " + id));
    return id;
  }

  public NodeId read(ShuffleId shuffle) {
    return add(new Node.Shuffled(node(), "read " + shuffle, shuffle, new ReadMode.Plain()));
  }

  public NodeId add(Node node) {
    nodes.add(node);
    allNodes.add(node.id());
    return node.id();
  }

  public NodeId node() {
    return new NodeId(DRIVER, ++last);
  }

  public ClosureId closure(BroadcastId... broadcasts) {
    ClosureId id = new ClosureId(DRIVER, ++last);
    allClosures.add(id);
    closures.add(new LineageUpdate.ClosureFile(id, "/driver/" + id, List.of(broadcasts)));
    return id;
  }

  public void persist(NodeId node) {
    levels.add(new LineageUpdate.LevelChange(node, LEVEL));
  }

  /** A checkpoint has written a node. */
  public void checkpointed(NodeId node, int partitions) {
    List<SavedPart> parts = new ArrayList<>();
    for (int part = 0; part < partitions; part++) {
      parts.add(new SavedPart("/checkpoint/" + part, node.name() + "_" + part, 100, 10, 1));
    }
    cuts.add(new Node.Saved(node, "checkpoint", "/checkpoint", parts));
  }

  public void unpersist(NodeId node) {
    levels.add(new LineageUpdate.LevelChange(node, null));
  }

  public void release(List<NodeId> nodes, List<ShuffleId> shuffles, List<ClosureId> closures) {
    release = new LineageUpdate.Release(nodes, shuffles, closures, List.of(), List.of(), List.of());
  }

  public void releaseAll() {
    release(allNodes, allShuffles, allClosures);
  }

  /** Returns what was drawn since the last update. */
  public LineageUpdate update() {
    LineageUpdate update =
        new LineageUpdate(nodes, shuffles, closures, List.of(), levels, release, List.of(), cuts);
    cuts = new ArrayList<>();
    nodes = new ArrayList<>();
    shuffles = new ArrayList<>();
    closures = new ArrayList<>();
    levels = new ArrayList<>();
    release = LineageUpdate.Release.NONE;
    return update;
  }
}
