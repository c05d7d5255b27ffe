package dev.firesteel.interpreter;

import dev.firesteel.api.Pair;
import dev.firesteel.interpreter.external.CoGroups;
import dev.firesteel.interpreter.external.Combining;
import dev.firesteel.interpreter.external.Grouping;
import dev.firesteel.interpreter.external.Partitions;
import dev.firesteel.interpreter.external.Sorting;
import java.util.Iterator;

/**
 * Steps on a partition that holds all records of each of its keys. They keep to the task's memory,
 * as the readers of shuffles do: what does not fit is spilled. Keys come out in the order of their
 * hashes.
 */
public final class LocalSteps {
  private LocalSteps() {}

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

  /**
   * Pairs of each key and a list of collections, one for each side.
   *
   * @param sides how many; records are pairs of a key and a pair of the side's number, an Integer
   *     from 0 on, and a value
   */
  public static PartitionFunction cogroupLocally(int sides) {
    return (task, partition, records) -> CoGroups.of(grouped(task, records), sides);
  }

  private static Iterator<Object> grouped(JavaTask task, Iterator<?> records) {
    Grouping grouping = new Grouping(task.workspace());
    while (records.hasNext()) {
      Pair<?, ?> pair = ShuffleWriter.pair(records.next(), null);
      grouping.add(pair.key(), pair.value());
    }
    return grouping.result();
  }

  /** The records in order; those that are equal keep theirs. */
  public static PartitionFunction sortLocally(SortOrder order, boolean ascending) {
    return (task, partition, records) -> {
      Sorting sorting = new Sorting(task.workspace(), new Sorting.Keys(order, ascending));
      while (records.hasNext()) {
        sorting.add(records.next());
      }
      return sorting.result();
    };
  }
}
