package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.driver.Jobs;
import dev.firesteel.engine.Engine;
import dev.firesteel.types.JobCancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about the jobs of a context and their stages, for programs that show progress
 * of their own. Thread-safe.
 *
 * <p>Of those that have ended the last are remembered: {@code spark.ui.retainedJobs} and {@code
 * spark.ui.retainedStages}.
 *
 * <pre>{@code
 * for (long job : sc.statusTracker().getActiveJobIds()) {
 *   System.out.println(sc.statusTracker().getJobInfo(job));
 * }
 * }</pre>
 */
public final class StatusTracker {
  private static final String GROUP = "spark.jobGroup.id";

  private final Jobs jobs;
  private final Engine engine;

  StatusTracker(Jobs jobs, Engine engine) {
    this.jobs = requireNonNull(jobs, "jobs is null");
    this.engine = requireNonNull(engine, "engine is null");
  }

  /** Whether a job runs, or how it ended. */
  public enum JobStatus {
    /** It runs. */
    RUNNING,
    /** It has ended, complete. */
    SUCCEEDED,
    /** It failed, or was cancelled. */
    FAILED
  }

  /**
   * A job.
   *
   * @param jobId its number
   * @param stageIds its stages
   * @param status whether it runs, or how it ended
   */
  public record JobInfo(long jobId, List<Integer> stageIds, JobStatus status) {
    public JobInfo {
      stageIds = List.copyOf(stageIds);
      requireNonNull(status, "status is null");
    }
  }

  /**
   * A stage.
   *
   * @param stageId its number
   * @param currentAttemptId how often it was started before
   * @param name the operation that made its RDD, and its place in the program
   * @param tasks how many partitions it has to compute
   * @param activeTasks how many attempts are running
   * @param completedTasks how many partitions are computed
   * @param failedTasks how many attempts failed
   */
  public record StageInfo(
      int stageId,
      int currentAttemptId,
      String name,
      int tasks,
      int activeTasks,
      int completedTasks,
      int failedTasks) {
    public StageInfo {
      requireNonNull(name, "name is null");
    }
  }

  /**
   * Returns the known jobs of a group.
   *
   * @param group its name, or null for the jobs without one
   */
  public List<Long> getJobIdsForGroup(@Nullable String group) {
    List<Long> found = new ArrayList<>();
    jobs.ended().forEach((job, end) -> add(found, job, end.properties(), group));
    jobs.running().forEach((job, properties) -> add(found, job, properties, group));
    return found.stream().distinct().sorted().toList();
  }

  private static void add(
      List<Long> found, long job, Map<String, String> properties, @Nullable String group) {
    if (Objects.equals(properties.get(GROUP), group)) {
      found.add(job);
    }
  }

  /** Returns the jobs that run. */
  public List<Long> getActiveJobIds() {
    return jobs.running().keySet().stream().sorted().toList();
  }

  /** Returns the stages whose tasks run. */
  public List<Integer> getActiveStageIds() {
    return getActiveJobIds().stream()
        .flatMap(job -> asked(() -> engine.progress(job)).stream())
        .filter(stage -> stage.active() > 0)
        .map(stage -> stage.id())
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Returns what is known of a job.
   *
   * @param job its number, as listeners are told
   * @return nothing if there was no such job, or it is forgotten
   */
  public Optional<JobInfo> getJobInfo(long job) {
    boolean running = jobs.running().containsKey(job);
    Jobs.End end = jobs.ended().get(job);
    if (!running && end == null) {
      return Optional.empty();
    }
    JobStatus status = JobStatus.RUNNING;
    if (end != null) {
      status = end.succeeded() ? JobStatus.SUCCEEDED : JobStatus.FAILED;
    }
    return Optional.of(new JobInfo(job, asked(() -> engine.stages(job)), status));
  }

  /**
   * Returns what is known of a stage.
   *
   * @param stage its number
   * @return nothing if there was no such stage, or it is forgotten
   */
  public Optional<StageInfo> getStageInfo(int stage) {
    return asked(() -> engine.stage(stage))
        .map(
            known ->
                new StageInfo(
                    known.id(),
                    known.attempt(),
                    known.name(),
                    known.tasks(),
                    known.active(),
                    known.done(),
                    known.failed()));
  }

  private static <R> R asked(Callable<R> question) {
    try {
      return question.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobCancelledException("the thread that waited for the answer was interrupted", e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("the engine throws nothing else", e);
    }
  }
}
