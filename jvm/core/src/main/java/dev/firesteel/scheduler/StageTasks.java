package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.job.JobSink;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.planning.TaskPlanner;
import java.util.Collection;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a stage are: which partitions are to be computed, on whose behalf, and by what
 * plans, which follow from the stage's shuffle or its job's sink. Owned by the scheduler's thread.
 */
final class StageTasks {
  private final TaskPlanner planner;
  private final MapOutputs outputs;

  StageTasks(TaskPlanner planner, MapOutputs outputs) {
    this.planner = requireNonNull(planner, "planner is null");
    this.outputs = requireNonNull(outputs, "outputs is null");
  }

  /** Returns the partitions of a stage that are not there, in ascending order. */
  Collection<Integer> missing(Stage stage) {
    if (stage.shuffle != null) {
      return outputs.missing(stage.shuffle.id());
    }
    Job job = stage.firstJob();
    Collection<Integer> missing = new TreeSet<>(job.partitions);
    missing.removeAll(job.rows.keySet());
    return missing;
  }

  /**
   * Makes the task set of a stage that starts for the first time.
   *
   * @param together what its tasks share if it is a barrier stage, or null
   */
  TaskSet make(Stage stage, @Nullable Barrier together) {
    Job job = stage.firstJob();
    TaskSet.Owner owner =
        new TaskSet.Owner(
            job.id(),
            job.sequence,
            job.request.properties().getOrDefault("spark.scheduler.pool", "default"),
            job.request.properties());
    TaskSet set = new TaskSet(stage.id, owner, plans(stage, job), together);
    set.stageAttempt = stage.attempt;
    return set;
  }

  private IntFunction<TaskPlan> plans(Stage stage, Job job) {
    ShuffleDependency shuffle = stage.shuffle;
    if (shuffle != null) {
      return partition -> planner.shuffleWrite(shuffle, partition);
    }
    return job.request.sink().accept(new Plans(stage.node, job.id()));
  }

  /** The plans of a result stage's tasks, by what its job does with the records. */
  private final class Plans implements JobSink.Visitor<IntFunction<TaskPlan>> {
    private final NodeId node;
    private final long job;

    Plans(NodeId node, long job) {
      this.node = node;
      this.job = job;
    }

    @Override
    public IntFunction<TaskPlan> visit(JobSink.Result sink) {
      return partition -> planner.result(node, partition, job);
    }

    @Override
    public IntFunction<TaskPlan> visit(JobSink.Count sink) {
      return partition -> planner.count(node, partition);
    }

    @Override
    public IntFunction<TaskPlan> visit(JobSink.BlockWrite sink) {
      return partition -> planner.blockWrite(node, partition, sink.directory());
    }

    @Override
    public IntFunction<TaskPlan> visit(JobSink.SaveText sink) {
      return partition -> planner.saveText(node, partition, sink.directory(), sink.codec());
    }
  }
}
