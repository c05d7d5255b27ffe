package dev.firesteel.scheduler;

/**
 * The settings of the scheduler.
 *
 * @param maxTaskFailures how many failures of the engine's own kind (a worker died, a block was
 *     corrupt) a task may have, the last included: {@code spark.task.maxFailures}
 * @param maxUserFailures the same, when the last failure is the user's function's: 1 in {@code
 *     local[N]}, F in {@code local[N,F]}
 * @param maxStageAttempts how often in a row a stage may lose one map output that it reads: {@code
 *     spark.stage.maxConsecutiveAttempts}
 * @param fair whether task sets share slots by pool ({@code spark.scheduler.mode=FAIR}) rather than
 *     first come, first served
 * @param retainedJobs of how many jobs that have ended the stages are known: {@code
 *     spark.ui.retainedJobs}
 * @param retainedStages of how many stages that have ended it is known what they did: {@code
 *     spark.ui.retainedStages}
 */
public record SchedulerConf(
    int maxTaskFailures,
    int maxUserFailures,
    int maxStageAttempts,
    boolean fair,
    int retainedJobs,
    int retainedStages) {

  /** What {@code local[N]} has when nothing is configured. */
  public static final SchedulerConf DEFAULT = new SchedulerConf(4, 1, 4, false);

  /** Settings that keep as many jobs and stages as when nothing is configured. */
  public SchedulerConf(
      int maxTaskFailures, int maxUserFailures, int maxStageAttempts, boolean fair) {
    this(maxTaskFailures, maxUserFailures, maxStageAttempts, fair, 1_000, 1_000);
  }

  public SchedulerConf {
    if (maxTaskFailures < 1 || maxUserFailures < 1 || maxStageAttempts < 1) {
      throw new IllegalArgumentException(
          "limits of failures must be at least 1: "
              + maxTaskFailures
              + ", "
              + maxUserFailures
              + ", "
              + maxStageAttempts);
    }
  }
}
