package dev.firesteel.api.function;

import java.io.Serializable;

/** Decides which records stay. */
@FunctionalInterface
public interface FilterFunction<T> extends Serializable {

  /** Returns whether a record stays. */
  boolean call(T record) throws Exception;
}
