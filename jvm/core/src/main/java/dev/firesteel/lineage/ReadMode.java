package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What a task does with the records of a shuffle as it reads them. */
public sealed interface ReadMode {

  /** Records as they were written. */
  record Plain() implements ReadMode {}

  /** Combined by key with the functions of a closure. */
  record Combined(ClosureId closure) implements ReadMode {
    public Combined {
      requireNonNull(closure, "closure is null");
    }
  }

  /** Grouped by key into lists. */
  record Grouped() implements ReadMode {}

  /** The samples that map tasks of a sort took. */
  record Samples() implements ReadMode {}

  /**
   * One key range of sorted runs.
   *
   * @param bounds the shuffle that carries the bounds, or null when there is one partition
   * @param partitions how many ranges there are
   */
  record Sorted(@Nullable ShuffleId bounds, int partitions, ClosureId closure, boolean ascending)
      implements ReadMode {
    public Sorted {
      requireNonNull(closure, "closure is null");
    }
  }
}
