package dev.firesteel.types.function;

import java.io.Serializable;

/**
 * Makes one value of two.
 *
 * @param <A> the first value
 * @param <B> the second value
 * @param <R> the result
 */
@FunctionalInterface
public interface MapFunction2<A, B, R> extends Serializable {
  /**
   * Returns what the two make together. Where it adds to a value that grows, it may change and
   * return the first.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  R call(A first, B second) throws Exception;
}
