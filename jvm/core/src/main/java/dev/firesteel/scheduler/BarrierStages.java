package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.planning.NarrowWalk;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Which stages are barrier stages, whose tasks all run together, and what keeps one from running.
 * Owned by the scheduler's thread.
 */
final class BarrierStages {
  private final Lineage lineage;
  private final BlockKeeper blocks;
  private final NarrowWalk walk;
  private final TaskScheduler tasks;
  private final MapOutputs outputs;

  BarrierStages(
      Lineage lineage,
      BlockKeeper blocks,
      NarrowWalk walk,
      TaskScheduler tasks,
      MapOutputs outputs) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.walk = requireNonNull(walk, "walk is null");
    this.tasks = requireNonNull(tasks, "tasks is null");
    this.outputs = requireNonNull(outputs, "outputs is null");
  }

  /**
   * Tells whether a stage is a barrier stage, and has all of it run: outputs and blocks of some of
   * its tasks would keep these from meeting the others.
   */
  boolean prepare(Stage stage) {
    TaskSet running = tasks.find(stage.id);
    if (running != null) {
      return running.barrier != null;
    }
    NarrowWalk.Barriers barriers = walk.barriers(stage.node);
    if (barriers.pipelines().isEmpty()) {
      return false;
    }
    barriers.persisted().forEach(blocks::removeAll);
    if (stage.shuffle != null) {
      outputs.unregisterAll(stage.shuffle.id());
    }
    return true;
  }

  /** Returns why these partitions of a barrier stage cannot be computed, or null. */
  @Nullable String problem(Stage stage, Collection<Integer> wanted) {
    int partitions = lineage.partitions(stage.node);
    for (NodeId pipeline : walk.barriers(stage.node).pipelines()) {
      if (lineage.partitions(pipeline) != partitions) {
        return "A barrier RDD of "
            + lineage.partitions(pipeline)
            + " partitions is used in a stage of "
            + partitions
            + " (by union, coalesce, zip or the like): its tasks could not meet. Persist or"
            + " repartition the barrier's result first";
      }
    }
    if (wanted.size() != partitions) {
      return "All tasks of a barrier stage run together, and the action wants "
          + wanted.size()
          + " of "
          + partitions
          + " partitions (as first() and take() do): use collect(), or count() a persisted RDD first";
    }
    if (wanted.size() > tasks.slots().slots()) {
      return "A barrier stage of "
          + wanted.size()
          + " tasks needs as many slots at one time, and there are "
          + tasks.slots().slots()
          + ": use fewer partitions (coalesce), or more slots, such as local["
          + wanted.size()
          + "]";
    }
    return null;
  }
}
