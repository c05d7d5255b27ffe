package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.MapFunction2;
import java.io.Serializable;

/**
 * The functions that combine the values of a key.
 *
 * @param create makes a combiner of a key's first value
 * @param mergeValue adds a value to a combiner, and may change it in place
 * @param mergeCombiners merges two combiners, and may change the first in place
 * @param site where the program called the operation, for errors
 */
public record Combiner(
    MapFunction<Object, Object> create,
    MapFunction2<Object, Object, Object> mergeValue,
    MapFunction2<Object, Object, Object> mergeCombiners,
    String site)
    implements Serializable {
  public Combiner {
    requireNonNull(create, "create is null");
    requireNonNull(mergeValue, "mergeValue is null");
    requireNonNull(mergeCombiners, "mergeCombiners is null");
    requireNonNull(site, "site is null");
  }
}
