package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of the lineage: what an RDD stands for. Transformations make them, and call nobody; {@link
 * Compiler} turns them into what the engine is told when an action needs them.
 *
 * <p>What may change (level, entry, checkpoint) is guarded by the session's lock.
 */
public abstract class DriverNode {
  private final NodeId id;
  private final String site;
  private List<DriverNode> parents;

  private volatile int counted = -1;
  private volatile @Nullable String name;
  private volatile @Nullable StorageLevel level;

  @Nullable Entry entry;
  @Nullable Saved saved;
  Checkpoints.@Nullable Mark mark;

  /**
   * A node.
   *
   * @param site the operation and its place in the user's program
   * @param parents by narrow dependency
   */
  DriverNode(NodeId id, String site, List<DriverNode> parents) {
    this.id = requireNonNull(id, "id is null");
    this.site = requireNonNull(site, "site is null");
    this.parents = List.copyOf(parents);
  }

  /** What its entry is made of. */
  record Definition(Node node, List<Entry> needs, @Nullable Object keep) {}

  /** Returns its identity. */
  public final NodeId id() {
    return id;
  }

  /** Returns the operation and its place, such as {@code "map at App.java:12"}. */
  public final String site() {
    return site;
  }

  /** Returns the nodes that it is computed from without a shuffle. */
  public final List<DriverNode> parents() {
    return parents;
  }

  /** Returns the user's name for it, or null. */
  public final @Nullable String name() {
    return name;
  }

  /** Gives it a name. */
  public final void name(@Nullable String given) {
    name = given;
  }

  /** Returns how it is persisted, or null if it is not. */
  public final @Nullable StorageLevel level() {
    return level;
  }

  final void level(@Nullable StorageLevel wanted) {
    level = wanted;
  }

  /** Returns whether a checkpoint has been written. */
  public final boolean isCheckpointed() {
    return saved != null;
  }

  /** Returns the language whose form its records have. */
  public abstract Language language();

  /** Returns the shuffles that it reads. */
  public List<DriverShuffle> shuffles() {
    return List.of();
  }

  /** Counts its partitions; the parents' are counted already. */
  abstract int countPartitions();

  /** What the engine is told of it; its parents and shuffles have entries. */
  abstract Definition define(Compiler compiler);

  /** How many partitions it has. Not by recursion: a lineage may be deeper than the stack. */
  public final int partitions() {
    Deque<DriverNode> waiting = new ArrayDeque<>(List.of(this));
    while (!waiting.isEmpty()) {
      DriverNode node = waiting.getLast();
      boolean complete = true;
      for (DriverNode parent : node.parents) {
        if (node.counted < 0 && parent.counted < 0) {
          waiting.addLast(parent);
          complete = false;
        }
      }
      if (complete) {
        if (node.counted < 0) {
          node.counted = node.countPartitions();
        }
        waiting.removeLast();
      }
    }
    return counted;
  }

  /** Forgets what it is computed from: a checkpoint has been written. */
  void cut(Saved files) {
    counted = files.parts().size();
    saved = files;
    parents = List.of();
    requireNonNull(entry, "a node that was saved has been sent").cut(files);
  }
}
