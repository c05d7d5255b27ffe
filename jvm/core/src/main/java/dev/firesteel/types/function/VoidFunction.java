package dev.firesteel.types.function;

import java.io.Serializable;

/**
 * Does something with each record, for its effect.
 *
 * @param <T> a record
 */
@FunctionalInterface
public interface VoidFunction<T> extends Serializable {
  /**
   * Takes a record.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  void call(T record) throws Exception;
}
