package dev.firesteel.storage;

import dev.firesteel.id.BlockId;

/** Told when a cached block is gone although nobody asked for it: it had to make room. */
@FunctionalInterface
public interface BlockListener {
  /**
   * A block is gone.
   *
   * @param block which one
   * @param attempt the task attempt that had written it
   */
  void evicted(BlockId.Rdd block, long attempt);
}
