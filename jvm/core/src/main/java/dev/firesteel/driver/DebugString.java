package dev.firesteel.driver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The lineage as text: a line for each node, those before a shuffle further to the right. */
public final class DebugString {
  private static final String INDENT = "  ";

  private DebugString() {}

  private record Visit(DriverNode node, int depth, boolean shuffled) {}

  /** Describes a node and what it is computed from. Not by recursion: lineage may be deep. */
  public static String of(DriverNode root) {
    List<String> lines = new ArrayList<>();
    Deque<Visit> stack = new ArrayDeque<>();
    stack.push(new Visit(root, 0, false));
    while (!stack.isEmpty()) {
      Visit visit = stack.pop();
      lines.add(line(visit));
      List<Visit> below = new ArrayList<>();
      for (DriverNode parent : visit.node().parents()) {
        below.add(new Visit(parent, visit.depth(), false));
      }
      // The second shuffle of a sort carries its bounds only.
      visit.node().shuffles().stream()
          .limit(1)
          .forEach(shuffle -> below.add(new Visit(shuffle.parent(), visit.depth() + 1, true)));
      Collections.reverse(below);
      below.forEach(stack::push);
    }
    return String.join("\n", lines);
  }

  private static String line(Visit visit) {
    DriverNode node = visit.node();
    StringBuilder line = new StringBuilder(INDENT.repeat(visit.depth()));
    line.append(visit.shuffled() ? "+-" : "").append('(').append(node.partitions()).append(") ");
    if (node.name() != null) {
      line.append(node.name()).append(' ');
    }
    line.append(node.site()).append(" [").append(node.id().number()).append(']');
    if (node.level() != null) {
      line.append(" persisted");
    }
    if (node.isCheckpointed()) {
      line.append(" checkpointed");
    }
    return line.toString();
  }
}
