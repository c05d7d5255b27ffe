package dev.firesteel.interpreter;

import java.io.Serializable;
import java.util.Iterator;

/**
 * What a step does with the records of a partition. Those of {@link Functions} that take one record
 * at a time are not called by this method: the interpreter runs neighbours of them in one loop.
 */
@FunctionalInterface
public interface PartitionFunction extends Serializable {

  /**
   * Returns the records that the step makes.
   *
   * @param task the task that runs it
   * @param partition which partition of its RDD this is: below a union not the task's
   * @param records what comes in; may be asked for as it is needed
   */
  Iterator<?> apply(JavaTask task, int partition, Iterator<?> records) throws Exception;
}
