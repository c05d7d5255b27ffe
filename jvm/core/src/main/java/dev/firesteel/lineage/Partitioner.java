package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ClosureId;
import org.jspecify.annotations.Nullable;

/** How a map task decides the reduce partition of a record. */
public sealed interface Partitioner {

  /** Returns the closure whose function is used, or null for none. */
  default @Nullable ClosureId closure() {
    return null;
  }

  /** Calls the method of the visitor that belongs to this partitioner. */
  <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X;

  /**
   * One method for each partitioner.
   *
   * @param <X> what its methods throw
   */
  interface Visitor<T, X extends Exception> {
    /** Visits {@link Hash}. */
    T visit(Hash partitioner) throws X;

    /** Visits {@link Custom}. */
    T visit(Custom partitioner) throws X;

    /** Visits {@link Sort}. */
    T visit(Sort partitioner) throws X;
  }

  /** By the hash of the key. */
  record Hash() implements Partitioner {
    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** By a function of the user's. */
  record Custom(ClosureId closure) implements Partitioner {
    public Custom {
      requireNonNull(closure, "closure is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
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

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }
}
