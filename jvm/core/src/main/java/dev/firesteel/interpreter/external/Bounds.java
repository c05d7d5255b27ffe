package dev.firesteel.interpreter.external;

import dev.firesteel.interpreter.external.Sorting.Keys;
import dev.firesteel.types.Pair;
import java.util.ArrayList;
import java.util.List;

/** From the samples of sorted runs to the bounds of the key ranges. */
public final class Bounds {
  private static final int MOST = 1 << 14;
  private static final double SLACK = 1e-9; // of the total weight, for sums of doubles

  private Bounds() {}

  /** A key of a sample, and how many records it stands for. */
  private record Weighted(Object key, double weight) {}

  /** Makes samples smaller until they have few enough keys together; each keeps at least one. */
  public static List<Pair<List<Object>, Long>> thinned(List<Pair<List<Object>, Long>> samples) {
    long keys = samples.stream().mapToLong(sample -> sample.key().size()).sum();
    int step = (int) Math.max(1, (keys + MOST - 1) / MOST);
    List<Pair<List<Object>, Long>> thinned = new ArrayList<>();
    for (Pair<List<Object>, Long> sample : samples) {
      List<Object> left = new ArrayList<>();
      int size = sample.key().size();
      for (int i = Math.min(step, size) - 1; i < size && i >= 0; i += step) {
        left.add(sample.key().get(i));
      }
      thinned.add(Pair.of(left, sample.value()));
    }
    return thinned;
  }

  /**
   * Chooses the keys that separate the partitions of a sort: distinct and ascending, whatever its
   * direction. What equals a bound belongs to the range that it closes.
   *
   * @param ascending compares keys in ascending order
   * @return at most one less than there are partitions; fewer when few keys are different
   */
  public static List<Object> of(
      List<Pair<List<Object>, Long>> samples, int partitions, Keys ascending) {
    List<Weighted> keys = new ArrayList<>();
    double total = 0;
    for (Pair<List<Object>, Long> sample : samples) {
      double weight = (double) sample.value() / Math.max(1, sample.key().size());
      for (Object key : sample.key()) {
        keys.add(new Weighted(key, weight));
        total += weight;
      }
    }
    keys.sort((one, other) -> ascending.compare(one.key(), other.key()));
    List<Object> bounds = new ArrayList<>();
    double seen = 0;
    int done = 0;
    for (Weighted each : keys) {
      seen += each.weight();
      int reached = Math.min(partitions - 1, (int) (partitions * (seen / total + SLACK)));
      if (reached > done) {
        done = reached;
        if (bounds.isEmpty() || ascending.compare(bounds.get(bounds.size() - 1), each.key()) < 0) {
          bounds.add(each.key());
        }
      }
    }
    return bounds;
  }
}
