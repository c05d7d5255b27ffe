package dev.firesteel.api.function;

import java.io.Serializable;

/** Makes one value of another. */
@FunctionalInterface
public interface MapFunction<T, R> extends Serializable {

  /** Returns what becomes of a record. */
  R call(T record) throws Exception;
}
