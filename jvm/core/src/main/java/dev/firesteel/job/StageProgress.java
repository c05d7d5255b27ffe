package dev.firesteel.job;

import static java.util.Objects.requireNonNull;

/**
 * What a stage is doing, or has done.
 *
 * @param id the stage
 * @param attempt how often it was started before
 * @param name where in the user's program its RDD was made
 * @param tasks how many partitions it has to compute
 * @param done how many are computed
 * @param failed how many attempts failed
 * @param active how many attempts are running
 */
public record StageProgress(
    int id, int attempt, String name, int tasks, int done, int failed, int active) {
  public StageProgress {
    requireNonNull(name, "name is null");
  }
}
