package dev.firesteel.types.function;

import java.io.Serializable;

/**
 * Makes a number of each record.
 *
 * @param <T> a record
 */
@FunctionalInterface
public interface DoubleFunction<T> extends Serializable {
  /**
   * Returns the number of a record.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  double call(T record) throws Exception;
}
