package dev.firesteel.api.function;

import java.io.Serializable;

/** Makes one value of two. */
@FunctionalInterface
public interface MapFunction2<A, B, R> extends Serializable {

  /** Returns what becomes of the two. */
  R call(A first, B second) throws Exception;
}
