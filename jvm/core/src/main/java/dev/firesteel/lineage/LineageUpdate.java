package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a driver says about its lineage since it last spoke: new nodes and files, changed storage
 * levels, and what it no longer refers to.
 *
 * @param nodes new nodes, parents before children
 * @param shuffles new shuffles; they and the nodes may refer to one another
 * @param closures new closure files
 * @param broadcasts new broadcast files
 * @param levels changed storage levels
 * @param release what the driver dropped
 * @param cleaned shuffles whose outputs are to be dropped, and computed again if they are needed
 * @param cuts nodes that a checkpoint has written, and that come from there now
 * @param language the driver's
 */
public record LineageUpdate(
    List<Node> nodes,
    List<ShuffleDependency> shuffles,
    List<ClosureFile> closures,
    List<BroadcastFile> broadcasts,
    List<LevelChange> levels,
    Release release,
    List<ShuffleId> cleaned,
    List<Node.Saved> cuts,
    Language language) {

  /** An update that changes nothing. */
  public static final LineageUpdate NONE =
      new LineageUpdate(List.of(), List.of(), List.of(), List.of(), List.of(), Release.NONE);

  public LineageUpdate {
    nodes = List.copyOf(nodes);
    shuffles = List.copyOf(shuffles);
    closures = List.copyOf(closures);
    broadcasts = List.copyOf(broadcasts);
    levels = List.copyOf(levels);
    cleaned = List.copyOf(cleaned);
    cuts = List.copyOf(cuts);
    requireNonNull(language, "language is null");
  }

  /** An update of a Python driver. */
  public LineageUpdate(
      List<Node> nodes,
      List<ShuffleDependency> shuffles,
      List<ClosureFile> closures,
      List<BroadcastFile> broadcasts,
      List<LevelChange> levels,
      Release release,
      List<ShuffleId> cleaned,
      List<Node.Saved> cuts) {
    this(nodes, shuffles, closures, broadcasts, levels, release, cleaned, cuts, Language.PYTHON);
  }

  /** An update of a Python driver, without checkpoints, that drops no outputs. */
  public LineageUpdate(
      List<Node> nodes,
      List<ShuffleDependency> shuffles,
      List<ClosureFile> closures,
      List<BroadcastFile> broadcasts,
      List<LevelChange> levels,
      Release release) {
    this(nodes, shuffles, closures, broadcasts, levels, release, List.of(), List.of());
  }

  /** A closure file and the broadcasts that its functions capture. */
  public record ClosureFile(ClosureId id, String path, List<BroadcastId> broadcasts) {
    public ClosureFile {
      broadcasts = List.copyOf(broadcasts);
    }
  }

  /** A broadcast file. */
  public record BroadcastFile(BroadcastId id, String path) {}

  /** A node, and the driver or name that kept it ({@link Lineage#hold(int, NodeId)}). */
  public record Held(int holder, NodeId node) {}

  /** A new storage level, or null to unpersist. */
  public record LevelChange(NodeId node, @Nullable StorageLevel level) {}

  /**
   * What the driver no longer refers to. Something that other lineage or a running job still needs
   * goes when they do.
   *
   * @param inputs paths of files that {@link Node.Slices} read
   * @param files numbers of listed inputs, which no definition will name any more
   * @param held nodes that something held which did not make them
   */
  public record Release(
      List<NodeId> nodes,
      List<ShuffleId> shuffles,
      List<ClosureId> closures,
      List<BroadcastId> broadcasts,
      List<String> inputs,
      List<Long> files,
      List<Held> held) {

    /** Nothing. */
    public static final Release NONE =
        new Release(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public Release {
      nodes = List.copyOf(nodes);
      shuffles = List.copyOf(shuffles);
      closures = List.copyOf(closures);
      broadcasts = List.copyOf(broadcasts);
      inputs = List.copyOf(inputs);
      files = List.copyOf(files);
      held = List.copyOf(held);
    }

    /** What a driver dropped of its own. */
    public Release(
        List<NodeId> nodes,
        List<ShuffleId> shuffles,
        List<ClosureId> closures,
        List<BroadcastId> broadcasts,
        List<String> inputs,
        List<Long> files) {
      this(nodes, shuffles, closures, broadcasts, inputs, files, List.of());
    }

    /** One hold less of a node, and nothing else. */
    public static Release of(Held held) {
      return new Release(
          List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(held));
    }
  }
}
