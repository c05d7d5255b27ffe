package dev.firesteel.executor;

import java.util.List;

/**
 * What every task of an executor is told.
 *
 * @param slots tasks at a time
 * @param inlineBytes results up to this size travel in the answer
 * @param memory bytes that a worker may hold before it spills
 * @param cpus processors of a task
 * @param compress which kinds of files workers compress: {@code rdd}, {@code shuffle}
 * @param barrierMillis how long a task of a barrier stage waits for the others
 */
public record ExecutorSettings(
    int slots, long inlineBytes, long memory, int cpus, List<String> compress, long barrierMillis) {
  public ExecutorSettings {
    compress = List.copyOf(compress);
    if (slots < 1) {
      throw new IllegalArgumentException("An executor with " + slots + " slots");
    }
  }
}
