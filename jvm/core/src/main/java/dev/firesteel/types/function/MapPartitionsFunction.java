package dev.firesteel.types.function;

import java.io.Serializable;
import java.util.Iterator;

/**
 * Makes new records of the records of a whole partition.
 *
 * @param <T> a record
 * @param <R> a new record
 */
@FunctionalInterface
public interface MapPartitionsFunction<T, R> extends Serializable {
  /**
   * Returns the new records of a partition; they are taken one by one.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  Iterator<? extends R> call(Iterator<T> records) throws Exception;
}
