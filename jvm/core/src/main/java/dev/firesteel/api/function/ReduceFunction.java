package dev.firesteel.api.function;

import java.io.Serializable;

/** Merges two values into one of their kind. It should be associative, and commutative. */
@FunctionalInterface
public interface ReduceFunction<T> extends Serializable {

  /** Returns the two values merged. */
  T call(T first, T second) throws Exception;
}
