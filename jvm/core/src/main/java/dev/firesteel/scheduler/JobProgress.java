package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.job.StageProgress;
import dev.firesteel.lineage.Lineage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the stages of jobs are doing, or have done. Owned by the scheduler's thread. */
final class JobProgress {
  private final Lineage lineage;
  private final ShuffleOutputs shuffles;
  private final JobTable jobs;
  private final StageGraph stages;
  private final TaskScheduler tasks;
  private final StageHistory history;

  JobProgress(
      Lineage lineage,
      ShuffleOutputs shuffles,
      JobTable jobs,
      StageGraph stages,
      TaskScheduler tasks,
      StageHistory history) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.jobs = requireNonNull(jobs, "jobs is null");
    this.stages = requireNonNull(stages, "stages is null");
    this.tasks = requireNonNull(tasks, "tasks is null");
    this.history = requireNonNull(history, "history is null");
  }

  /**
   * Returns a line for each stage of a running job, in the order of their numbers; none if there is
   * no such job.
   */
  List<StageProgress> of(long id) {
    Job job = jobs.find(id);
    return job == null
        ? List.of()
        : job.stages.stream()
            .map(stage -> of(stage, job))
            .sorted(Comparator.comparingInt(StageProgress::id))
            .toList();
  }

  /** Returns the numbers of the stages of a job, running or not; none if it is not known. */
  List<Integer> stagesOf(long id) {
    Job job = jobs.find(id);
    return job == null ? history.stagesOf(id) : numbers(job);
  }

  /** Returns what a stage is doing or has done; nothing if it is not known. */
  Optional<StageProgress> stage(int id) {
    Stage stage = stages.find(id);
    return Optional.ofNullable(stage == null ? history.stage(id) : of(stage, stage.firstJob()));
  }

  /** A job ends: what its stages have done is kept, before they are left. */
  void ending(Job job) {
    history.ended(job.id(), numbers(job));
    for (Stage stage : job.stages) {
      if (stage.jobs.size() == 1) {
        StageProgress last = of(stage, job);
        history.ended(
            new StageProgress(
                last.id(),
                last.attempt(),
                last.name(),
                last.tasks(),
                last.done(),
                last.failed(),
                0));
      }
    }
  }

  private static List<Integer> numbers(Job job) {
    return job.stages.stream().map(stage -> stage.id).sorted().toList();
  }

  private StageProgress of(Stage stage, Job job) {
    int rest =
        stage.shuffle == null
            ? job.wanted - job.rows.size()
            : lineage.maps(stage.shuffle.id()) - shuffles.available(stage.shuffle.id());
    int all = Math.max(stage.tasks, rest);
    @Nullable TaskSet set = tasks.find(stage.id);
    return new StageProgress(
        stage.id,
        Math.max(stage.attempt, 0),
        stage.site,
        all,
        all - rest,
        stage.failed + (set == null ? 0 : set.failed),
        set == null ? 0 : set.running);
  }
}
