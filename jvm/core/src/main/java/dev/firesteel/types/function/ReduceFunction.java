package dev.firesteel.types.function;

import java.io.Serializable;

/**
 * Makes one value of two of the same type. It must be associative and commutative: nobody says in
 * which order values come.
 *
 * @param <T> a value
 */
@FunctionalInterface
public interface ReduceFunction<T> extends Serializable {
  /**
   * Returns what the two make together; it may change and return the first.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  T call(T first, T second) throws Exception;
}
