package dev.firesteel.planning;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.plan.TaskPlan;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plan of a task from the lineage and from what the engine chooses for the nodes on the
 * way. To be called when the task is about to be launched, so that it sees the blocks as they are.
 * For one thread: that which owns the lineage.
 */
public final class TaskPlanner {
  private final Lineage lineage;
  private final NodeChoices choices;

  public TaskPlanner(Lineage lineage, NodeChoices choices) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.choices = requireNonNull(choices, "choices is null");
  }

  /** Plans a partition whose records go to the driver. */
  public TaskPlan result(NodeId node, int partition, long job) {
    PlanBuilder builder = new PlanBuilder(lineage, choices);
    BlockId.Result output = new BlockId.Result(job, partition);
    return builder.finish(new Sink.Result(builder.source(node, partition), output), output);
  }

  /** Plans a partition whose records go to a text file. */
  public TaskPlan saveText(NodeId node, int partition, String directory, @Nullable String codec) {
    PlanBuilder builder = new PlanBuilder(lineage, choices);
    Source source = builder.source(node, partition);
    return builder.finish(new Sink.SaveText(source, directory, partition, codec), null);
  }

  /** Plans a partition whose records are counted. */
  public TaskPlan count(NodeId node, int partition) {
    PlanBuilder builder = new PlanBuilder(lineage, choices);
    return builder.finish(new Sink.Count(builder.source(node, partition)), null);
  }

  /** Plans a partition whose records go to a checkpoint. */
  public TaskPlan blockWrite(NodeId node, int partition, String directory) {
    PlanBuilder builder = new PlanBuilder(lineage, choices);
    Source source = builder.source(node, partition);
    String name = new BlockId.Rdd(node, partition).name();
    return builder.finish(new Sink.BlockWrite(source, directory, partition, name), null);
  }

  /** Plans a map task. */
  public TaskPlan shuffleWrite(ShuffleDependency shuffle, int map) {
    PlanBuilder builder = new PlanBuilder(lineage, choices);
    BlockId.ShuffleMap output = new BlockId.ShuffleMap(shuffle.id(), map);
    Source source = builder.source(shuffle.parent(), map);
    ClosureId combine = shuffle.combine();
    if (combine != null) {
      builder.name(combine);
    }
    builder.name(shuffle.partitioner());
    return builder.finish(
        new Sink.ShuffleWrite(source, output, shuffle.partitions(), shuffle.partitioner(), combine),
        output);
  }
}
