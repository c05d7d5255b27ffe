package dev.firesteel.driver;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.LineageUpdate.LevelChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Finds the storage levels that the engine has not been told. Called under the session's lock. */
final class Levels {
  private Levels() {}

  /** What the engine is told of a node's level. */
  record Change(DriverNode node, LevelChange wire) {}

  /**
   * Returns the levels that changed, of nodes that the engine has or gets with this request. That
   * of a node is told again until a request that carried the node has been answered.
   *
   * @param entries what the request carries
   * @param changed nodes whose level was set after they had been sent; told ones are taken out
   */
  static List<Change> changes(DriverNode target, List<Entry> entries, Set<DriverNode> changed) {
    Set<Entry> here = new HashSet<>(entries);
    Set<DriverNode> candidates = new LinkedHashSet<>(persisted(target, here));
    candidates.addAll(changed);
    List<Change> changes = new ArrayList<>();
    for (DriverNode node : candidates) {
      Entry entry = node.entry;
      if (entry == null || !(entry.known() || here.contains(entry))) {
        continue;
      }
      if (entry.known()) {
        changed.remove(node);
      }
      boolean told = !entry.levelDoubtful && (entry.known() || node.level() == null);
      if (!told || !Objects.equals(entry.level, node.level())) {
        entry.level = node.level();
        entry.levelDoubtful = false;
        changes.add(new Change(node, new LevelChange((NodeId) entry.id, node.level())));
      }
    }
    return changes;
  }

  /** The persisted nodes at and below the target that the request may carry. */
  private static List<DriverNode> persisted(DriverNode target, Set<Entry> here) {
    List<DriverNode> found = new ArrayList<>();
    Set<DriverNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<DriverNode> stack = new ArrayDeque<>(List.of(target));
    while (!stack.isEmpty()) {
      DriverNode node = stack.pop();
      if (!seen.add(node)) {
        continue;
      }
      if (node.level() != null) {
        found.add(node);
      }
      if (node.entry != null && !here.contains(node.entry)) {
        continue; // the engine has all that is below
      }
      node.parents().forEach(stack::push);
      node.shuffles().forEach(shuffle -> stack.push(shuffle.parent()));
    }
    return found;
  }
}
