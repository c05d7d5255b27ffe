package dev.firesteel.scheduler;

import dev.firesteel.id.BlockId;
import dev.firesteel.plan.TaskPlan;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where a task had better run. Called on the scheduler's thread; must not block. */
@FunctionalInterface
interface Locality {

  /**
   * Where the most bytes of persisted blocks are that the task reads. Shuffles do not count: every
   * executor has a part of what a task reads of them.
   */
  Locality MOST_BYTES =
      (plan, blocks) -> {
        Map<String, Long> bytes = new HashMap<>();
        for (BlockId block : plan.reads()) {
          if (block instanceof BlockId.Rdd rdd) {
            PersistedBlocks.Held held = blocks.held(rdd);
            if (held != null) {
              bytes.merge(held.executor(), 1 + held.block().bytes(), Long::sum);
            }
          }
        }
        return bytes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
      };

  /** Returns the executor that the task prefers, if it prefers one. */
  Optional<String> preferred(TaskPlan plan, PersistedBlocks blocks);
}
