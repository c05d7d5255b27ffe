package dev.firesteel.api.function;

import java.io.Serializable;
import java.util.Iterator;

/**
 * Makes new records of a partition of one RDD and the one of the same number of another.
 *
 * @param <T> a record of the first
 * @param <U> a record of the second
 * @param <R> a new record
 */
@FunctionalInterface
public interface ZipPartitionsFunction<T, U, R> extends Serializable {
  /**
   * Returns the new records; they are taken one by one.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  Iterator<? extends R> call(Iterator<T> first, Iterator<U> second) throws Exception;
}
