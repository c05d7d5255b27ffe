package dev.firesteel.api.function;

import dev.firesteel.api.Pair;
import java.io.Serializable;

/** Makes a key and a value of a record. */
@FunctionalInterface
public interface PairFunction<T, K, V> extends Serializable {

  /** Returns the pair of a record. */
  Pair<K, V> call(T record) throws Exception;
}
