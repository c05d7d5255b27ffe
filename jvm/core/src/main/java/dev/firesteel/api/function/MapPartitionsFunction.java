package dev.firesteel.api.function;

import java.io.Serializable;
import java.util.Iterator;

/** Makes the records of a partition of those of another. */
@FunctionalInterface
public interface MapPartitionsFunction<T, R> extends Serializable {

  /** Returns the new records; the given ones may be asked for as they are needed. */
  Iterator<? extends R> call(Iterator<T> records) throws Exception;
}
