package dev.firesteel.planning;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the shuffles that a node reads through narrow dependencies. Nodes that are ready are not
 * looked behind. Iterative: lineage may be thousands of nodes deep.
 */
public final class NarrowWalk {
  private final Lineage lineage;
  private final NodeChoices choices;

  public NarrowWalk(Lineage lineage, NodeChoices choices) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.choices = requireNonNull(choices, "choices is null");
  }

  /** Returns the shuffles that tasks over a node read now. */
  public Set<ShuffleId> shuffles(NodeId root) {
    return walk(root, true);
  }

  /** Returns the shuffles that tasks over a node would read if no node were ready. */
  public Set<ShuffleId> shufflesBehindBlocks(NodeId root) {
    return walk(root, false);
  }

  private Set<ShuffleId> walk(NodeId root, boolean stopAtBlocks) {
    Set<ShuffleId> found = new LinkedHashSet<>();
    Set<NodeId> seen = new HashSet<>();
    Deque<NodeId> waiting = new ArrayDeque<>();
    waiting.push(root);
    while (!waiting.isEmpty()) {
      NodeId id = waiting.pop();
      if (seen.add(id) && !(stopAtBlocks && choices.isReady(id))) {
        Node node = lineage.node(id);
        found.addAll(node.shuffles());
        node.parents().forEach(waiting::push);
      }
    }
    return found;
  }

  /**
   * What makes a stage a barrier stage.
   *
   * @param pipelines the barrier pipelines that its tasks run; empty for other stages
   * @param persisted the persisted nodes that they feed in the same tasks, themselves included
   */
  public record Barriers(List<NodeId> pipelines, List<NodeId> persisted) {}

  /** Finds the barrier pipelines that tasks over a node run now. */
  public Barriers barriers(NodeId root) {
    List<NodeId> pipelines = new ArrayList<>();
    List<NodeId> persisted = new ArrayList<>();
    Set<NodeId> seen = new HashSet<>();
    Deque<NodeId> waiting = new ArrayDeque<>();
    waiting.push(root);
    while (!waiting.isEmpty()) {
      NodeId id = waiting.pop();
      if (!seen.add(id) || choices.isReady(id)) {
        continue;
      }
      Node node = lineage.node(id);
      if (lineage.level(id) != null) {
        persisted.add(id);
      }
      if (node instanceof Node.Pipeline pipeline && pipeline.barrier()) {
        pipelines.add(id);
      } else {
        node.parents().forEach(waiting::push);
      }
    }
    return new Barriers(pipelines, persisted);
  }
}
