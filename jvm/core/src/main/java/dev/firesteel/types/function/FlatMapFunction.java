package dev.firesteel.types.function;

import java.io.Serializable;
import java.util.Iterator;

/**
 * Makes any number of records of each record.
 *
 * @param <T> a record
 * @param <R> a new record
 */
@FunctionalInterface
public interface FlatMapFunction<T, R> extends Serializable {
  /**
   * Returns the new records of a record; they are taken one by one.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  Iterator<? extends R> call(T record) throws Exception;
}
