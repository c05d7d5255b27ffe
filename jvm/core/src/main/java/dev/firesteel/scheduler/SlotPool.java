package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.plan.TaskPlan;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The executors that there are, their slots, and which of them a task gets. Owned by the
 * scheduler's thread.
 */
final class SlotPool {
  private final Locality locality;
  private final PersistedBlocks blocks;
  private final Map<String, ExecutorSlots> executors = new LinkedHashMap<>();

  /** Those that were there once. */
  private final Set<String> lost = new HashSet<>();

  SlotPool(Locality locality, PersistedBlocks blocks) {
    this.locality = requireNonNull(locality, "locality is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
  }

  /** Refuses an executor whose name has been another's. */
  ExecutorSlots check(ExecutorSlots executor) {
    if (executors.containsKey(executor.id) || lost.contains(executor.id)) {
      throw new IllegalStateException("there is, or was, an executor " + executor.id);
    }
    return executor;
  }

  /** An executor offers its slots from now on. */
  void add(ExecutorSlots executor) {
    executors.put(executor.id, executor);
  }

  /** An executor is gone, with its slots. */
  void remove(ExecutorSlots executor) {
    executors.remove(executor.id);
    lost.add(executor.id);
    executor.lost = true;
  }

  /** Returns an executor, or null if there is none of that name. */
  @Nullable ExecutorSlots find(String id) {
    return executors.get(id);
  }

  /** Returns whether an executor was there, and is gone. */
  boolean isLost(String id) {
    return !lost.isEmpty() && lost.contains(id);
  }

  /** Returns the executors. */
  Collection<ExecutorSlots> executors() {
    return executors.values();
  }

  /** Returns how many slots there are. */
  int slots() {
    return executors.values().stream().mapToInt(executor -> executor.slots).sum();
  }

  /** Returns how many slots are free. */
  int free() {
    return executors.values().stream().mapToInt(ExecutorSlots::free).sum();
  }

  /** Returns the executor with the most free slots, or null if none has any. */
  @Nullable ExecutorSlots mostFree() {
    ExecutorSlots best = null;
    for (ExecutorSlots executor : executors.values()) {
      if (executor.free() > (best == null ? 0 : best.free())) {
        best = executor;
      }
    }
    return best;
  }

  /** Returns whether a task had better run on an executor that has no free slot now. */
  boolean hadBetterWait(TaskPlan plan) {
    ExecutorSlots executor = preferred(plan);
    return executor != null && executor.free() == 0;
  }

  /** Returns where a task runs: where it had better, if there is a free slot. */
  ExecutorSlots choose(TaskPlan plan, ExecutorSlots otherwise) {
    ExecutorSlots executor = preferred(plan);
    return executor == null || executor.free() == 0 ? otherwise : executor;
  }

  private @Nullable ExecutorSlots preferred(TaskPlan plan) {
    if (executors.size() == 1) {
      return null; // there is no choice
    }
    Optional<String> id = locality.preferred(plan, blocks);
    return id.isEmpty() ? null : executors.get(id.get());
  }
}
