package dev.firesteel.types.function;

import java.io.Serializable;

/**
 * Makes one thing of another, such as a new record of each record.
 *
 * @param <T> what it is given
 * @param <R> what it makes
 */
@FunctionalInterface
public interface MapFunction<T, R> extends Serializable {
  /**
   * Returns what it makes of a value.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  R call(T value) throws Exception;
}
