package dev.firesteel.interpreter;

import dev.firesteel.interpreter.external.Combining;
import dev.firesteel.interpreter.external.Grouping;
import dev.firesteel.interpreter.external.Partitions;
import dev.firesteel.types.Pair;
import java.util.Iterator;

/**
 * Steps on a partition that holds all records of each of its keys. They keep to the task's memory,
 * as the readers of shuffles do: what does not fit is spilled. Keys come out in the order of their
 * hashes.
 */
public final class PartitionSteps {
  private PartitionSteps() {}

  /** Pairs of each key and what a combiner makes of its values. */
  public static PartitionFunction combineLocally(Combiner combiner) {
    return (task, partition, records) -> {
      Combining combining = new Combining(task.workspace(), combiner, Partitions.ONE);
      while (records.hasNext()) {
        Pair<?, ?> pair = ShuffleWriter.pair(records.next(), combiner.site());
        combining.addValue(pair.key(), pair.value());
      }
      return combining.result();
    };
  }

  /**
   * Pairs of each key and a collection of its values, in the order in which they came. A group that
   * has no room in memory is read from a file each time it is iterated over, while the task runs.
   */
  public static PartitionFunction groupLocally() {
    return (task, partition, records) -> grouped(task, records);
  }

  private static Iterator<Object> grouped(JavaTask task, Iterator<?> records) {
    Grouping grouping = new Grouping(task.workspace());
    while (records.hasNext()) {
      Pair<?, ?> pair = ShuffleWriter.pair(records.next(), null);
      grouping.add(pair.key(), pair.value());
    }
    return grouping.result();
  }
}
