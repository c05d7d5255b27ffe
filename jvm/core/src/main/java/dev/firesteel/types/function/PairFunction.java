package dev.firesteel.types.function;

import dev.firesteel.types.Pair;
import java.io.Serializable;

/**
 * Makes a pair of a key and a value of each record.
 *
 * @param <T> a record
 * @param <K> a key
 * @param <V> a value
 */
@FunctionalInterface
public interface PairFunction<T, K, V> extends Serializable {
  /**
   * Returns the pair of a record.
   *
   * @throws Exception anything: the job fails, and the exception is the cause of the error
   */
  Pair<K, V> call(T record) throws Exception;
}
