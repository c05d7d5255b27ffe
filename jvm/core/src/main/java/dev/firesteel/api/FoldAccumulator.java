package dev.firesteel.api;

import dev.firesteel.types.FiresteelException;
import dev.firesteel.types.function.ReduceFunction;

/** A value to which tasks add by a function of the user's. */
final class FoldAccumulator<T> extends Accumulator<T, T> {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the user's, and checked when it is sent
  private final T start;

  private final ReduceFunction<T> function;

  @SuppressWarnings("serial")
  private T value;

  private boolean touched;

  FoldAccumulator(T start, ReduceFunction<T> function) {
    this.start = start;
    this.function = function;
    this.value = start;
  }

  @Override
  public boolean isZero() {
    return !touched;
  }

  @Override
  public FoldAccumulator<T> zero() {
    return new FoldAccumulator<>(start, function);
  }

  @Override
  public void add(T added) {
    try {
      value = function.call(value, added);
      touched = true;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new FiresteelException("The function of an accumulator threw " + e, e);
    }
  }

  @Override
  public void merge(Accumulator<T, T> other) {
    add(other.value());
  }

  @Override
  public T value() {
    return value;
  }
}
