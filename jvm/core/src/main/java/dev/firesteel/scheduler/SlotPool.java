package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.plan.TaskPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The slots of all executors, and which of them a task gets. Owned by the scheduler's thread. */
final class SlotPool {
  private final Locality locality;
  private final List<ExecutorSlots> executors = new ArrayList<>();

  SlotPool(Locality locality) {
    this.locality = requireNonNull(locality, "locality is null");
  }

  /** An executor offers its slots from now on. */
  void add(String id, int slots) {
    executors.add(new ExecutorSlots(id, slots));
  }

  /** Returns the executors. */
  List<ExecutorSlots> executors() {
    return executors;
  }

  /** Returns how many slots there are. */
  int slots() {
    return executors.stream().mapToInt(executor -> executor.slots).sum();
  }

  /** Returns how many slots are free. */
  int free() {
    return executors.stream().mapToInt(ExecutorSlots::free).sum();
  }

  /** Returns the executor with the most free slots, or null if none has any. */
  @Nullable ExecutorSlots mostFree() {
    ExecutorSlots best = null;
    for (ExecutorSlots executor : executors) {
      if (executor.free() > (best == null ? 0 : best.free())) {
        best = executor;
      }
    }
    return best;
  }

  /** Returns where a task runs: where it had better, if there is a free slot. */
  ExecutorSlots choose(TaskPlan plan, ExecutorSlots otherwise) {
    Optional<String> preferred = locality.preferred(plan);
    if (preferred.isPresent()) {
      for (ExecutorSlots executor : executors) {
        if (executor.id.equals(preferred.get()) && executor.free() > 0) {
          return executor;
        }
      }
    }
    return otherwise;
  }
}
