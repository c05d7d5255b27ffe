package dev.firesteel.accumulator;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Language;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which accumulator updates count. A map task counts once in the life of its shuffle, a result task
 * once in its job: the first success does, whatever is retried or computed again later. Owned by
 * the scheduler's thread.
 */
public final class AccumulatorLedger {
  private final Map<ShuffleId, BitSet> counted = new HashMap<>();
  private final Map<Long, JobUpdates> jobs = new HashMap<>();

  private record Update(int stage, int partition, AccumulatorUpdate update) {}

  private static final class JobUpdates {
    final BitSet results = new BitSet();
    final List<Update> updates = new ArrayList<>();
  }

  /**
   * A map task succeeded on behalf of a job.
   *
   * @return whether it counts; otherwise nobody will read the files
   */
  public boolean mapSucceeded(
      ShuffleId shuffle, int map, long job, int stage, List<AccumulatorUpdate> updates) {
    requireNonNull(shuffle, "shuffle is null");
    BitSet maps = counted.computeIfAbsent(shuffle, s -> new BitSet());
    if (maps.get(map)) {
      return false;
    }
    maps.set(map);
    add(job, stage, map, updates);
    return true;
  }

  /** A result task of a job succeeded; the rest is as for a map task. */
  public boolean resultSucceeded(
      long job, int stage, int partition, List<AccumulatorUpdate> updates) {
    BitSet results = updates(job).results;
    if (results.get(partition)) {
      return false;
    }
    results.set(partition);
    add(job, stage, partition, updates);
    return true;
  }

  /**
   * The results of a job are thrown away, and computed again: what their tasks added goes with
   * them.
   *
   * @param stage its result stage
   * @return files that nobody will read
   */
  public List<Location> takeBack(long job, int stage) {
    JobUpdates taken = jobs.get(job);
    if (taken == null) {
      return List.of();
    }
    List<Location> files = new ArrayList<>();
    taken.results.clear();
    taken.updates.removeIf(
        update -> {
          boolean goes = update.stage() == stage;
          Location file = update.update().file();
          if (goes && file != null) {
            files.add(file);
          }
          return goes;
        });
    return files;
  }

  /**
   * What a job's driver gets.
   *
   * @param updates those that it can read
   * @param unread files of those of another language, which nobody will read
   */
  public record Taken(List<byte[]> updates, List<Location> unread) {
    public Taken {
      updates = List.copyOf(updates);
      unread = List.copyOf(unread);
    }
  }

  /**
   * Returns the updates that count for a job, in the order of stages and partitions, so that sums
   * of floating-point numbers do not depend on which task was quicker; and forgets the job.
   *
   * @param language the driver's
   */
  public Taken take(long job, Language language) {
    JobUpdates taken = jobs.remove(job);
    List<byte[]> updates = new ArrayList<>();
    List<Location> unread = new ArrayList<>();
    if (taken != null) {
      taken.updates.sort(
          Comparator.comparingInt(Update::stage).thenComparingInt(Update::partition));
      for (Update each : taken.updates) {
        Location file = each.update().file();
        if (each.update().language() == language) {
          updates.add(each.update().bytes());
        } else if (file != null) {
          unread.add(file);
        }
      }
    }
    return new Taken(updates, unread);
  }

  /** Forgets a shuffle that will not be computed again. */
  public void forget(ShuffleId shuffle) {
    counted.remove(shuffle);
  }

  private void add(long job, int stage, int partition, List<AccumulatorUpdate> updates) {
    for (AccumulatorUpdate update : updates) {
      updates(job).updates.add(new Update(stage, partition, update));
    }
  }

  private JobUpdates updates(long job) {
    return jobs.computeIfAbsent(job, j -> new JobUpdates());
  }
}
