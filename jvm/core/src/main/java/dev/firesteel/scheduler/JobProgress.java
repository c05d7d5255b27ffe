package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.job.StageProgress;
import dev.firesteel.lineage.Lineage;
import java.util.ArrayList;
import java.util.List;

/** What the stages of a running job are doing; changes nothing. Owned by the scheduler's thread. */
final class JobProgress {
  private final Lineage lineage;
  private final ShuffleOutputs shuffles;
  private final JobTable jobs;
  private final TaskScheduler tasks;

  JobProgress(Lineage lineage, ShuffleOutputs shuffles, JobTable jobs, TaskScheduler tasks) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.jobs = requireNonNull(jobs, "jobs is null");
    this.tasks = requireNonNull(tasks, "tasks is null");
  }

  /** Returns a line for each stage, in the order of their numbers; none if there is no such job. */
  List<StageProgress> of(long id) {
    Job job = jobs.find(id);
    if (job == null) {
      return List.of();
    }
    List<StageProgress> progress = new ArrayList<>();
    for (Stage stage : job.stages) {
      int rest =
          stage.shuffle == null
              ? job.wanted - job.rows.size()
              : lineage.maps(stage.shuffle.id()) - shuffles.available(stage.shuffle.id());
      int all = Math.max(stage.tasks, rest);
      TaskSet set = tasks.find(stage.id);
      progress.add(
          new StageProgress(
              stage.id,
              stage.site,
              all,
              all - rest,
              set == null ? 0 : set.failed,
              set == null ? 0 : set.running));
    }
    progress.sort((a, b) -> Integer.compare(a.id(), b.id()));
    return progress;
  }
}
