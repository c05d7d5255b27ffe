package dev.firesteel.lineage;

import java.util.Set;

/**
 * What remains of the lineage after a driver has ended.
 *
 * @param drivers the drivers that made it, or what it comes from
 * @param paths the drivers' inputs and checkpoints that it reads
 */
public record RemainingLineage(Set<Integer> drivers, Set<String> paths) {
  public RemainingLineage {
    drivers = Set.copyOf(drivers);
    paths = Set.copyOf(paths);
  }
}
