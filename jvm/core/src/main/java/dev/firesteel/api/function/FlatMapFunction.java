package dev.firesteel.api.function;

import java.io.Serializable;
import java.util.Iterator;

/** Makes any number of values of a record. */
@FunctionalInterface
public interface FlatMapFunction<T, R> extends Serializable {

  /** Returns the values of a record, in their order; they are asked for as they are needed. */
  Iterator<? extends R> call(T record) throws Exception;
}
