package dev.firesteel.task;

/**
 * The identity of one attempt to run a task.
 *
 * @param id unique in the application; names files and seeds checksums, never 0
 * @param job the job on whose behalf it runs
 * @param stage the stage
 * @param stageAttempt how often the stage had been started before
 * @param partition the partition of the stage
 * @param attempt how often this task had been tried before
 */
public record TaskAttempt(
    long id, long job, int stage, int stageAttempt, int partition, int attempt) {

  @Override
  public String toString() {
    return "attempt "
        + id
        + " (job "
        + job
        + ", stage "
        + stage
        + "."
        + stageAttempt
        + ", partition "
        + partition
        + ", try "
        + attempt
        + ")";
  }
}
