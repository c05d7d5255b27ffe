package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

import dev.firesteel.plan.TaskPlan;
import java.util.List;
import java.util.Map;

/**
 * All that an executor needs to run one task attempt.
 *
 * @param plan what to do, and all that it names
 * @param path the driver's {@code sys.path}
 * @param properties the job's local properties
 * @param barrier how many tasks its barrier stage has, or 0 when it is not of one
 */
public record TaskDescription(
    TaskAttempt attempt,
    TaskPlan plan,
    List<String> path,
    Map<String, String> properties,
    int barrier) {

  public TaskDescription {
    requireNonNull(attempt, "attempt is null");
    requireNonNull(plan, "plan is null");
    requireNonNull(path, "path is null");
    requireNonNull(properties, "properties is null");
  }

  /** Names the attempt only: plans may be too deep to print. */
  @Override
  public String toString() {
    return "TaskDescription[" + attempt + "]";
  }
}
