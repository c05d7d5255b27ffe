package dev.firesteel.executor;

/**
 * What every task of an executor is told.
 *
 * @param slots tasks at a time
 * @param inlineBytes results up to this size travel in the answer
 * @param memory bytes that a worker may hold before it spills
 * @param cpus processors of a task
 */
public record ExecutorSettings(int slots, long inlineBytes, long memory, int cpus) {
  public ExecutorSettings {
    if (slots < 1) {
      throw new IllegalArgumentException("An executor with " + slots + " slots");
    }
  }
}
