package dev.firesteel.accumulator;

import static java.util.Objects.requireNonNull;

import dev.firesteel.lineage.ShuffleId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which accumulator updates count. A map task counts once in the life of its shuffle, a result task
 * once in its job: the first success does, whatever is retried or computed again later. Owned by
 * the scheduler's thread.
 */
public final class AccumulatorLedger {
  private final Map<ShuffleId, BitSet> counted = new HashMap<>();
  private final Map<Long, JobUpdates> jobs = new HashMap<>();

  private record Update(int stage, int partition, byte[] pickled) {}

  private static final class JobUpdates {
    final BitSet results = new BitSet();
    final List<Update> updates = new ArrayList<>();
  }

  /** A map task succeeded on behalf of a job. */
  public void mapSucceeded(
      ShuffleId shuffle, int map, long job, int stage, byte @Nullable [] update) {
    requireNonNull(shuffle, "shuffle is null");
    BitSet maps = counted.computeIfAbsent(shuffle, s -> new BitSet());
    if (!maps.get(map)) {
      maps.set(map);
      add(job, stage, map, update);
    }
  }

  /** A result task of a job succeeded. */
  public void resultSucceeded(long job, int stage, int partition, byte @Nullable [] update) {
    BitSet results = updates(job).results;
    if (!results.get(partition)) {
      results.set(partition);
      add(job, stage, partition, update);
    }
  }

  /**
   * Returns the updates that count for a job, in the order of stages and partitions, so that sums
   * of floating-point numbers do not depend on which task was quicker; and forgets the job.
   */
  public List<byte[]> take(long job) {
    JobUpdates taken = jobs.remove(job);
    if (taken == null) {
      return List.of();
    }
    taken.updates.sort(Comparator.comparingInt(Update::stage).thenComparingInt(Update::partition));
    return taken.updates.stream().map(Update::pickled).toList();
  }

  /** Forgets a shuffle that will not be computed again. */
  public void forget(ShuffleId shuffle) {
    counted.remove(shuffle);
  }

  private void add(long job, int stage, int partition, byte @Nullable [] update) {
    if (update != null) {
      updates(job).updates.add(new Update(stage, partition, update));
    }
  }

  private JobUpdates updates(long job) {
    return jobs.computeIfAbsent(job, j -> new JobUpdates());
  }
}
