package dev.firesteel.types.function;

import dev.firesteel.types.Pair;
import java.io.Serializable;
import java.util.Iterator;

/**
 * Makes any number of pairs of each record.
 *
 * @param <T> a record
 * @param <K> a key
 * @param <V> a value
 */
@FunctionalInterface
public interface PairFlatMapFunction<T, K, V> extends Serializable {
  /**
   * Returns the pairs of a record; they are taken one by one.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  Iterator<Pair<K, V>> call(T record) throws Exception;
}
