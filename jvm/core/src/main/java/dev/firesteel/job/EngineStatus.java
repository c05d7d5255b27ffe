package dev.firesteel.job;

import java.util.List;

/**
 * Counts of what the engine holds; all but lineage, blocks and executors are 0 when it is idle.
 *
 * @param jobs jobs that have not ended
 * @param stages stages that have not ended
 * @param running task attempts that have not ended
 * @param claims blocks that are being computed
 * @param nodes lineage nodes
 * @param shuffles shuffles
 * @param blocks persisted blocks that exist
 * @param executors the executors and their free slots
 */
public record EngineStatus(
    int jobs,
    int stages,
    int running,
    int claims,
    int nodes,
    int shuffles,
    int blocks,
    List<ExecutorStatus> executors) {
  public EngineStatus {
    executors = List.copyOf(executors);
  }

  /** An executor and how many of its slots are free. */
  public record ExecutorStatus(String id, int slots, int free) {}
}
