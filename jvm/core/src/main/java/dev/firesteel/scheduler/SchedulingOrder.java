package dev.firesteel.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which task set gets the next free slot. FIFO: the earliest job's earliest stage. FAIR: the pool
 * with the fewest running attempts, and within it FIFO; pools have equal weight. Owned by the
 * scheduler's thread.
 */
final class SchedulingOrder {
  private static final Comparator<TaskSet> FIFO =
      Comparator.<TaskSet>comparingLong(set -> set.owner.sequence())
          .thenComparingInt(set -> set.stage);

  private final boolean fair;
  private final List<TaskSet> sets = new ArrayList<>();
  private final Map<String, Integer> running = new HashMap<>();

  SchedulingOrder(boolean fair) {
    this.fair = fair;
  }

  void add(TaskSet set) {
    int index = sets.size();
    while (index > 0 && FIFO.compare(sets.get(index - 1), set) > 0) {
      index--;
    }
    sets.add(index, set);
  }

  void remove(TaskSet set) {
    sets.remove(set);
  }

  void launched(TaskSet set) {
    running.merge(set.owner.pool(), 1, Integer::sum);
  }

  void ended(TaskSet set) {
    running.computeIfPresent(set.owner.pool(), (pool, count) -> count == 1 ? null : count - 1);
  }

  /**
   * Returns the task set that may launch a task now, or null if none has one to launch.
   *
   * @param slots how many slots there are: a barrier stage of more tasks waits for executors, and
   *     does not keep others waiting
   */
  @Nullable TaskSet next(int slots) {
    TaskSet best = null;
    int fewest = Integer.MAX_VALUE;
    for (TaskSet set : sets) {
      if (!set.hasPending() || (set.barrier != null && set.barrier.tasks > slots)) {
        continue;
      }
      if (!fair) {
        return set;
      }
      int count = running.getOrDefault(set.owner.pool(), 0);
      if (count < fewest) {
        best = set;
        fewest = count;
      }
    }
    return best;
  }
}
