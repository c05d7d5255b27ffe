package dev.firesteel.lineage;

import dev.firesteel.id.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which nodes are held by names, and by drivers that did not make them, and how often. */
final class Holders {
  private final Map<Integer, Map<NodeId, Integer>> holders = new HashMap<>();

  void add(int holder, NodeId node) {
    holders.computeIfAbsent(holder, missing -> new HashMap<>()).merge(node, 1, Integer::sum);
  }

  /** One fewer; returns false if the holder had ended, or never held it. */
  boolean remove(int holder, NodeId node) {
    Map<NodeId, Integer> held = holders.getOrDefault(holder, Map.of());
    Integer count = held.get(node);
    if (count == null) {
      return false;
    }
    if (count == 1) {
      held.remove(node);
    } else {
      held.put(node, count - 1);
    }
    return true;
  }

  /** A holder holds nothing any more; returns what it held, each node as often. */
  List<NodeId> end(int holder) {
    List<NodeId> all = new ArrayList<>();
    Map<NodeId, Integer> held = holders.remove(holder);
    if (held != null) {
      held.forEach((node, count) -> all.addAll(Collections.nCopies(count, node)));
    }
    return all;
  }
}
