package dev.firesteel.api;

import java.io.Serializable;

/**
 * Says which partition a key goes to. RDDs with equal partitioners have equal keys in partitions of
 * the same number, so that they are joined without a shuffle; a class that is a partitioner
 * therefore should define {@link Object#equals}, as a record does.
 *
 * <pre>{@code
 * record ByLength(int partitions) implements Partitioner<String> {
 *   public int partition(String key) {
 *     return key.length() % partitions;
 *   }
 * }
 * }</pre>
 *
 * @param <K> the type of the keys
 */
public interface Partitioner<K> extends Serializable {

  /** Returns how many partitions there are. */
  int partitions();

  /**
   * Returns the partition of a key.
   *
   * @param key a key
   * @return from 0 up to the number of partitions
   */
  int partition(K key);
}
