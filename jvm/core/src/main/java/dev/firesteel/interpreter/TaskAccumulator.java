package dev.firesteel.interpreter;

import java.io.Serializable;

/**
 * What functions of one task have added to an accumulator. When a closure is deserialized for a
 * task, the accumulators in it give themselves to {@link JavaTask#accumulate}; at the task's end
 * those that are not zero are serialized and reported.
 */
public interface TaskAccumulator extends Serializable {

  /** Returns whether nothing has been added. */
  boolean isZero();
}
