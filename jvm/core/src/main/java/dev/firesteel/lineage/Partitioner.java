package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

/** How a map task decides the reduce partition of a record. */
public sealed interface Partitioner {

  /** By the hash of the key. */
  record Hash() implements Partitioner {}

  /** By a function of the user's. */
  record Custom(ClosureId closure) implements Partitioner {
    public Custom {
      requireNonNull(closure, "closure is null");
    }
  }

  /**
   * Not by key: the map task writes one locally sorted run (partition 0) and its sample and index
   * (partition 1); readers take key ranges from the runs.
   */
  record Sort(ClosureId closure, boolean ascending) implements Partitioner {
    public Sort {
      requireNonNull(closure, "closure is null");
    }
  }
}
