package dev.firesteel.api;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of everything that tasks add, in the order of stages and partitions.
 *
 * @param <T> the type of what is added, which must be serializable
 */
public final class CollectionAccumulator<T> extends Accumulator<T, List<T>> {
  private static final long serialVersionUID = 1L;

  private final ArrayList<T> added = new ArrayList<>();

  CollectionAccumulator() {}

  @Override
  public boolean isZero() {
    return added.isEmpty();
  }

  @Override
  public CollectionAccumulator<T> zero() {
    return new CollectionAccumulator<>();
  }

  @Override
  public void add(T value) {
    added.add(value);
  }

  @Override
  public void merge(Accumulator<T, List<T>> other) {
    added.addAll(((CollectionAccumulator<T>) other).added);
  }

  /** Returns a copy of the list. */
  @Override
  public List<T> value() {
    return new ArrayList<>(added);
  }
}
