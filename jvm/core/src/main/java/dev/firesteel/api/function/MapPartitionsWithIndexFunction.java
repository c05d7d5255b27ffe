package dev.firesteel.api.function;

import java.io.Serializable;
import java.util.Iterator;

/** Makes the records of a partition of those of another, and knows which it is. */
@FunctionalInterface
public interface MapPartitionsWithIndexFunction<T, R> extends Serializable {

  /** Returns the new records of the partition with this number. */
  Iterator<? extends R> call(int partition, Iterator<T> records) throws Exception;
}
