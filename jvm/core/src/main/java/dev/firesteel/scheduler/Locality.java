package dev.firesteel.scheduler;

import dev.firesteel.plan.TaskPlan;
import java.util.Optional;

/** Where a task had better run. Called on the scheduler's thread; must not block. */
@FunctionalInterface
interface Locality {

  /** Everywhere is as good as anywhere: there is one executor. */
  Locality NONE = plan -> Optional.empty();

  /** Returns the executor that has most of what the plan reads, if one has. */
  Optional<String> preferred(TaskPlan plan);
}
