package dev.firesteel.accumulator;

import static java.util.Objects.requireNonNull;

import dev.firesteel.lineage.ShuffleId;
import java.nio.file.Path;
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
  private static final byte[] NONE = {};

  private final Map<ShuffleId, BitSet> counted = new HashMap<>();
  private final Map<Long, JobUpdates> jobs = new HashMap<>();

  private record Update(int stage, int partition, byte[] pickled, @Nullable Path file) {}

  private static final class JobUpdates {
    final BitSet results = new BitSet();
    final List<Update> updates = new ArrayList<>();
  }

  /**
   * A map task succeeded on behalf of a job.
   *
   * @param file where the update is, if it is large
   * @return whether it counts; otherwise nobody will read the file
   */
  public boolean mapSucceeded(
      ShuffleId shuffle,
      int map,
      long job,
      int stage,
      byte @Nullable [] update,
      @Nullable Path file) {
    requireNonNull(shuffle, "shuffle is null");
    BitSet maps = counted.computeIfAbsent(shuffle, s -> new BitSet());
    if (maps.get(map)) {
      return false;
    }
    maps.set(map);
    add(job, new Update(stage, map, update == null ? NONE : update, file));
    return true;
  }

  /** A result task of a job succeeded; the rest is as for a map task. */
  public boolean resultSucceeded(
      long job, int stage, int partition, byte @Nullable [] update, @Nullable Path file) {
    BitSet results = updates(job).results;
    if (results.get(partition)) {
      return false;
    }
    results.set(partition);
    add(job, new Update(stage, partition, update == null ? NONE : update, file));
    return true;
  }

  /**
   * The results of a job are thrown away, and computed again: what their tasks added goes with
   * them.
   *
   * @param stage its result stage
   * @return files that nobody will read
   */
  public List<Path> takeBack(long job, int stage) {
    JobUpdates taken = jobs.get(job);
    if (taken == null) {
      return List.of();
    }
    List<Path> files = new ArrayList<>();
    taken.results.clear();
    taken.updates.removeIf(
        update -> {
          boolean goes = update.stage() == stage;
          Path file = update.file();
          if (goes && file != null) {
            files.add(file);
          }
          return goes;
        });
    return files;
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

  private void add(long job, Update update) {
    if (update.pickled().length > 0) {
      updates(job).updates.add(update);
    }
  }

  private JobUpdates updates(long job) {
    return jobs.computeIfAbsent(job, j -> new JobUpdates());
  }
}
