package dev.firesteel.api;

import dev.firesteel.operations.Zero;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.types.NotSerializableException;
import dev.firesteel.types.function.MapFunction2;
import dev.firesteel.types.function.ReduceFunction;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What actions do in the driver with what the partitions gave. */
final class InDriver {
  private InDriver() {}

  /** Reduces values, of which there is at least one. */
  static <T> T reduce(List<T> values, ReduceFunction<T> function, String site) {
    T reduced = values.get(0);
    for (T value : values.subList(1, values.size())) {
      reduced = call(reduced, value, function::call, site);
    }
    return reduced;
  }

  /** Adds values to a first one. */
  static <U, T> U fold(U zero, List<T> values, MapFunction2<U, T, U> function, String site) {
    U folded = zero;
    for (T value : values) {
      folded = call(folded, value, function, site);
    }
    return folded;
  }

  private static <U, T> U call(U first, T second, MapFunction2<U, T, U> function, String site) {
    try {
      return function.call(first, second);
    } catch (Exception e) {
      throw new JobFailedException(
          "The function of %s threw %s\n  in the driver, which merges what the partitions gave"
              .formatted(site, e),
          e,
          "user",
          -1,
          -1,
          site,
          null);
    }
  }

  /** A copy of a zero value. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // the zero value has lost its type
  static <U> U fresh(Zero zero, String site) {
    try {
      return Unchecked.cast(zero.fresh());
    } catch (IOException | ClassNotFoundException e) {
      throw new NotSerializableException("The zero value of " + site + " can't be copied", e);
    }
  }

  /** Adds counts. */
  static Map<Object, Long> sum(List<Map<Object, Long>> parts) {
    Map<Object, Long> sum = new HashMap<>();
    for (Map<Object, Long> part : parts) {
      part.forEach((value, count) -> sum.merge(value, count, Long::sum));
    }
    return sum;
  }

  /** Merges maps, reducing the values of keys that several have. */
  static <K, V> Map<K, V> merge(List<Map<K, V>> parts, ReduceFunction<V> function, String site) {
    Map<K, V> merged = new HashMap<>();
    for (Map<K, V> part : parts) {
      for (Map.Entry<K, V> entry : part.entrySet()) {
        V before = merged.get(entry.getKey());
        boolean first = before == null && !merged.containsKey(entry.getKey());
        merged.put(
            entry.getKey(),
            first
                ? entry.getValue()
                : call(Unchecked.<V>cast(before), entry.getValue(), function::call, site));
      }
    }
    return merged;
  }
}
