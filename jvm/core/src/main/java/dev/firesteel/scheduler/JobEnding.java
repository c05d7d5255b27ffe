package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.job.JobFailure;
import dev.firesteel.scheduler.States.JobState;
import dev.firesteel.scheduler.States.StageState;
import dev.firesteel.task.TaskAttempt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings jobs to an end, complete or not: first nothing more is computed for a job, and when the
 * attempts of the stages that nobody else needs have ended, it hands out its result. Owned by the
 * scheduler's thread.
 */
final class JobEnding {
  private final JobTable jobs;
  private final StageGraph stages;
  private final TaskScheduler tasks;
  private final LineageKeeper keeper;
  private final StageNotifier news;
  private final JobProgress progress;

  /** Ended task sets whose running attempts a job waits for. */
  private final Map<Integer, Job> draining = new HashMap<>();

  JobEnding(
      JobTable jobs,
      StageGraph stages,
      TaskScheduler tasks,
      LineageKeeper keeper,
      StageNotifier news,
      JobProgress progress) {
    this.jobs = requireNonNull(jobs, "jobs is null");
    this.stages = requireNonNull(stages, "stages is null");
    this.tasks = requireNonNull(tasks, "tasks is null");
    this.keeper = requireNonNull(keeper, "keeper is null");
    this.news = requireNonNull(news, "news is null");
    this.progress = requireNonNull(progress, "progress is null");
  }

  /** A job fails; without effect if it is ending already. */
  void fail(Job job, JobFailure failure) {
    if (job.state.is(JobState.RUNNING)) {
      job.failure = failure;
      end(job, failure.message());
    }
  }

  /** All jobs that need a stage fail, as one of its tasks has. */
  void failAll(Stage stage, TaskFailure failure) {
    TaskAttempt attempt = failure.attempt();
    for (Job job : new ArrayList<>(stage.jobs)) {
      fail(
          job,
          new JobFailure(
              failure.kind(),
              failure.message(),
              job.id(),
              stage.id,
              attempt.partition(),
              attempt.attempt(),
              failure.attempts(),
              stage.site,
              failure.error(),
              failure.java()));
    }
  }

  /** Nothing more is to be computed for a job; it hands out its result when its attempts end. */
  void end(Job job, String reason) {
    job.state.to(JobState.ENDING, reason);
    progress.ending(job);
    List<Integer> ending = new ArrayList<>();
    for (Stage stage : stages.leave(job)) {
      news.ended(stage, stage.shuffle == null && job.isComplete());
      stage.state.to(StageState.ENDED, "no job needs it");
      if (tasks.find(stage.id) != null) {
        ending.add(stage.id);
        draining.put(stage.id, job);
      }
    }
    job.draining.addAll(ending);
    if (ending.isEmpty()) {
      conclude(job);
    }
    ending.forEach(stage -> tasks.end(stage, reason));
  }

  /** No attempt of an ended task set is running any more. */
  void drained(int stage) {
    Job job = draining.remove(stage);
    if (job != null) {
      job.draining.remove(stage);
      if (job.draining.isEmpty()) {
        conclude(job);
      }
    }
  }

  private void conclude(Job job) {
    jobs.conclude(job);
    keeper.drop(job.request.target());
    keeper.cutIfIdle();
  }
}
