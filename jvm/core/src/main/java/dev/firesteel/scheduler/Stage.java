package dev.firesteel.scheduler;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.scheduler.States.StageState;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stage that a job needs: the map tasks of a shuffle, or the result tasks of a job. Map stages
 * are shared by the jobs that need them. Owned by the scheduler's thread.
 */
final class Stage {
  final int id;
  final NodeId node;
  final String site;

  /** The shuffle it writes, or null if it is a result stage. */
  final @Nullable ShuffleDependency shuffle;

  final Lifecycle<StageState> state;

  /** The jobs that need it, the earliest first. */
  final Set<Job> jobs = new LinkedHashSet<>();

  /** The stages it waits for. */
  final Set<Stage> parents = new LinkedHashSet<>();

  /** The stages that wait for it. */
  final Set<Stage> children = new LinkedHashSet<>();

  /** How often it was started, less one. */
  int attempt = -1;

  /** The map outputs that its attempts lost since it last finished. */
  final Map<BlockId.ShuffleMap, Loss> losses = new HashMap<>();

  /** How many partitions its task set was to compute, for progress. */
  int tasks;

  /** How many attempts failed in task sets that have ended, for progress. */
  int failed;

  /**
   * A map output that attempts of the stage could not read.
   *
   * @param times in how many attempts
   * @param last the last of them, so that several tasks of one attempt count once
   */
  record Loss(int times, int last) {}

  /**
   * Notes that an attempt lost a map output. Losses of other outputs do not add up: when a disk
   * goes, each attempt finds another one missing, and each is made again.
   *
   * @return in how many attempts that output has been lost
   */
  int lost(BlockId.ShuffleMap output, int stageAttempt) {
    Loss loss = losses.getOrDefault(output, new Loss(0, -1));
    if (stageAttempt > loss.last()) {
      loss = new Loss(loss.times() + 1, stageAttempt);
      losses.put(output, loss);
    }
    return loss.times();
  }

  Stage(int id, NodeId node, String site, @Nullable ShuffleDependency shuffle) {
    this.id = id;
    this.node = node;
    this.site = site;
    this.shuffle = shuffle;
    this.state = new Lifecycle<>(this, StageState.CREATED);
  }

  /** The earliest job that needs it. */
  Job firstJob() {
    return jobs.iterator().next();
  }

  @Override
  public String toString() {
    return "stage " + id;
  }
}
