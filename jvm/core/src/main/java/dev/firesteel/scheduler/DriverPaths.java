package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.lineage.Lineage;
import dev.firesteel.plan.TaskPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the Python functions of each driver find their modules, and which drivers have ended. Owned
 * by the scheduler's thread.
 */
final class DriverPaths {
  /** Stands between the paths of two drivers; no path has it. */
  private static final String BORDER = "";

  private final Lineage lineage;
  private final Map<Integer, List<String>> paths = new HashMap<>();
  private final Set<Integer> ended = new HashSet<>();

  DriverPaths(Lineage lineage) {
    this.lineage = requireNonNull(lineage, "lineage is null");
  }

  /** A driver says where its functions find modules, from now on. */
  void told(int driver, List<String> path) {
    paths.put(driver, path);
  }

  /** A driver has ended; its path is kept as long as lineage comes from it. */
  void end(int driver) {
    ended.add(driver);
    Set<Integer> left = lineage.drivers();
    paths.keySet().removeIf(each -> ended.contains(each) && !left.contains(each));
  }

  boolean hasEnded(int driver) {
    return ended.contains(driver);
  }

  /**
   * Where a task finds modules: the paths of the drivers whose functions and records it has, and of
   * no other, with a border between two.
   */
  List<String> of(TaskPlan plan) {
    List<String> joined = new ArrayList<>();
    for (int driver : plan.drivers()) {
      List<String> path = paths.getOrDefault(driver, List.of());
      if (!path.isEmpty()) {
        if (!joined.isEmpty()) {
          joined.add(BORDER);
        }
        joined.addAll(path);
      }
    }
    return joined;
  }
}
