package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.task.ShuffleReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's own record of which map outputs exist, and of the checksums of those that were
 * lost, to see whether running their tasks again gave the same. Owned by the scheduler's thread.
 */
final class ShuffleOutputs {
  private final Map<ShuffleId, Outputs> byShuffle = new HashMap<>();

  private static final class Outputs {
    final long[] attempts;
    final int[] @Nullable [] checksums;

    /** Which executor has each output that exists. */
    final @Nullable String[] executors;

    int available;

    /** The highest number of a job when an output came out different, or -1. */
    long changed = -1;

    Outputs(int maps) {
      attempts = new long[maps];
      checksums = new int[maps][];
      executors = new String[maps];
    }
  }

  /** Starts to track a shuffle of so many map tasks, if it is not tracked already. */
  void track(ShuffleId shuffle, int maps) {
    byShuffle.computeIfAbsent(shuffle, s -> new Outputs(maps));
  }

  /** Returns whether all map outputs exist; false if the shuffle is not tracked. */
  boolean isComplete(ShuffleId shuffle) {
    Outputs outputs = byShuffle.get(shuffle);
    return outputs != null && outputs.available == outputs.attempts.length;
  }

  /** Returns whether all map outputs of these shuffles exist. */
  boolean areComplete(Collection<ShuffleId> shuffles) {
    for (ShuffleId shuffle : shuffles) {
      if (!isComplete(shuffle)) {
        return false;
      }
    }
    return true;
  }

  /** Returns how many map outputs exist. */
  int available(ShuffleId shuffle) {
    Outputs outputs = byShuffle.get(shuffle);
    return outputs == null ? 0 : outputs.available;
  }

  /** Returns which attempt wrote a map output, or 0 if it does not exist. */
  long attempt(ShuffleId shuffle, int map) {
    Outputs outputs = byShuffle.get(shuffle);
    return outputs == null ? 0 : outputs.attempts[map];
  }

  /**
   * A map output exists from now on.
   *
   * @return whether it differs from the one that was lost before
   */
  boolean register(
      ShuffleId shuffle, int map, long attempt, String executor, ShuffleReport report) {
    Outputs outputs = requireNonNull(byShuffle.get(shuffle), "the shuffle is not tracked");
    if (attempt == 0 || outputs.attempts[map] != 0) {
      throw new IllegalStateException(
          shuffle
              + " map "
              + map
              + " is registered by attempt "
              + attempt
              + ", and was by "
              + outputs.attempts[map]);
    }
    int[] before = outputs.checksums[map];
    outputs.attempts[map] = attempt;
    outputs.executors[map] = executor;
    outputs.checksums[map] = report.checksums();
    outputs.available++;
    return before != null && !Arrays.equals(before, report.checksums());
  }

  /** An output of a shuffle came out different when this was the highest number of a job. */
  void changed(ShuffleId shuffle, long highestJob) {
    requireNonNull(byShuffle.get(shuffle), "the shuffle is not tracked").changed = highestJob;
  }

  /** Returns whether an output came out different after that job had been submitted. */
  boolean hasChangedSince(ShuffleId shuffle, long job) {
    Outputs outputs = byShuffle.get(shuffle);
    return outputs != null && outputs.changed >= job;
  }

  /** A map output is lost; returns whether it existed. */
  boolean unregister(ShuffleId shuffle, int map) {
    Outputs outputs = byShuffle.get(shuffle);
    if (outputs == null || outputs.attempts[map] == 0) {
      return false;
    }
    outputs.attempts[map] = 0;
    outputs.executors[map] = null;
    outputs.available--;
    return true;
  }

  /** Returns the map outputs that an executor has. */
  List<BlockId.ShuffleMap> on(String executor) {
    List<BlockId.ShuffleMap> found = new ArrayList<>();
    byShuffle.forEach(
        (shuffle, outputs) -> {
          for (int map = 0; map < outputs.executors.length; map++) {
            if (executor.equals(outputs.executors[map])) {
              found.add(new BlockId.ShuffleMap(shuffle, map));
            }
          }
        });
    return found;
  }

  /** Returns the shuffles of which some map outputs exist, but not all. */
  List<ShuffleId> incomplete() {
    List<ShuffleId> incomplete = new ArrayList<>();
    byShuffle.forEach(
        (shuffle, outputs) -> {
          if (outputs.available > 0 && outputs.available < outputs.attempts.length) {
            incomplete.add(shuffle);
          }
        });
    return incomplete;
  }

  /** Forgets a shuffle. */
  void remove(ShuffleId shuffle) {
    byShuffle.remove(shuffle);
  }
}
