package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ClosureId;
import dev.firesteel.id.ShuffleId;
import org.jspecify.annotations.Nullable;

/** What a task does with the records of a shuffle as it reads them. */
public sealed interface ReadMode {

  /** Returns the closure whose functions are used, or null for none. */
  default @Nullable ClosureId closure() {
    return null;
  }

  /** Returns the shuffle that carries the bounds of a sort's ranges, or null for none. */
  default @Nullable ShuffleId bounds() {
    return null;
  }

  /** Calls the method of the visitor that belongs to this way. */
  <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X;

  /**
   * One method for each way to read.
   *
   * @param <X> what its methods throw
   */
  interface Visitor<T, X extends Exception> {
    /** Visits {@link Plain}. */
    T visit(Plain how) throws X;

    /** Visits {@link Combined}. */
    T visit(Combined how) throws X;

    /** Visits {@link Grouped}. */
    T visit(Grouped how) throws X;

    /** Visits {@link Samples}. */
    T visit(Samples how) throws X;

    /** Visits {@link Sorted}. */
    T visit(Sorted how) throws X;
  }

  /** Records as they were written. */
  record Plain() implements ReadMode {
    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** Combined by key with the functions of a closure. */
  record Combined(ClosureId closure) implements ReadMode {
    public Combined {
      requireNonNull(closure, "closure is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** Grouped by key into lists. */
  record Grouped() implements ReadMode {
    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** The samples that map tasks of a sort took. */
  record Samples() implements ReadMode {
    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

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

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }
}
