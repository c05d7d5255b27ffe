package dev.firesteel.types.function;

import java.io.Serializable;

/**
 * Says which records stay.
 *
 * @param <T> a record
 */
@FunctionalInterface
public interface FilterFunction<T> extends Serializable {
  /**
   * Returns whether a record stays.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  boolean call(T record) throws Exception;
}
