package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.types.function.MapFunction;
import java.io.Serializable;

/**
 * A partitioner of the user's.
 *
 * @param function the reduce partition of a key, from 0 up to the number of partitions
 * @param site where the program named it, for errors
 */
public record Partitioning(MapFunction<Object, Integer> function, String site)
    implements Serializable {
  public Partitioning {
    requireNonNull(function, "function is null");
    requireNonNull(site, "site is null");
  }
}
