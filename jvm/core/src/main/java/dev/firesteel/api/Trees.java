package dev.firesteel.api;

import dev.firesteel.driver.DriverNode;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.operations.Placement;
import dev.firesteel.types.function.MapFunction2;
import dev.firesteel.types.function.ReduceFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Merges the values of many partitions in levels, by shuffles, until few are left. */
final class Trees {
  private final FiresteelContext context;
  private final String operation;
  private final String site;

  Trees(FiresteelContext context, String operation, String site) {
    this.context = context;
    this.operation = operation;
    this.site = site;
  }

  /**
   * Returns what is left.
   *
   * @param parts a node with at most one value in each partition
   * @param depth how many levels to aim at
   */
  <U> List<U> levels(DriverNode parts, ReduceFunction<U> merge, int depth) {
    if (depth < 1) {
      throw new IllegalArgumentException(site + ": the depth must be at least 1, not " + depth);
    }
    MapFunction2<U, U, U> merging = merge::call;
    Shuffles shuffles = new Shuffles(context.session(), operation, site);
    DriverNode level = parts;
    double partitions = parts.partitions();
    double scale = Math.max(Math.ceil(Math.pow(partitions, 1.0 / depth)), 2);
    while (partitions > scale + partitions / scale) {
      partitions /= scale;
      int wanted = (int) partitions;
      DriverNode keyed = shuffles.step(level, Placement.regrouped(wanted));
      DriverNode merged =
          shuffles.combined(
              keyed,
              null,
              Spread.hash(wanted),
              shuffles.combiner(value -> value, merging, merging));
      level = shuffles.step(merged, Functions.values());
    }
    List<Object> left = new ArrayList<>();
    for (Object[] partition : context.collect(level, null, site, null)) {
      left.addAll(Arrays.asList(partition));
    }
    return Unchecked.cast(left);
  }
}
