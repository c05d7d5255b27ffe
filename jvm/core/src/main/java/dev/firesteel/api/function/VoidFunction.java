package dev.firesteel.api.function;

import java.io.Serializable;

/** Does something with a record. */
@FunctionalInterface
public interface VoidFunction<T> extends Serializable {

  /** Takes a record. */
  void call(T record) throws Exception;
}
