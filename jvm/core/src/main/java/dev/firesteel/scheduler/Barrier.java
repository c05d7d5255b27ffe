package dev.firesteel.scheduler;

import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of a barrier stage share: who waits in barrier() or allGather(), and who has
 * succeeded. A success counts only when all have succeeded; until then it is held, as the failure
 * of one has all run again. Owned by the scheduler's thread.
 */
final class Barrier {
  /** How many tasks there are. */
  final int tasks;

  private final Map<Integer, BarrierCall> waiting = new TreeMap<>();
  private final Map<Integer, Held> held = new TreeMap<>();

  /** An attempt that has succeeded. */
  record Held(RunningAttempt attempt, TaskOutcome.Succeeded outcome) {}

  Barrier(int tasks) {
    this.tasks = tasks;
  }

  /** A task waits; a call that it made before and no longer waits in is forgotten. */
  void reached(BarrierCall call) {
    waiting.put(call.attempt().partition(), call);
  }

  /** A task has succeeded. */
  void succeeded(RunningAttempt attempt, TaskOutcome.Succeeded outcome) {
    waiting.remove(attempt.task.partition);
    held.put(attempt.task.partition, new Held(attempt, outcome));
  }

  /** Returns why those who wait would wait forever, or null if they need not. */
  @Nullable String deadlock() {
    if (waiting.isEmpty()) {
      return null;
    }
    BarrierCall first = waiting.values().iterator().next();
    for (BarrierCall call : waiting.values()) {
      if (!call.call().equals(first.call())) {
        return "The tasks of a barrier stage must make the same calls: the task of partition "
            + first.attempt().partition()
            + " waits in "
            + first.call()
            + "(), that of partition "
            + call.attempt().partition()
            + " in "
            + call.call()
            + "()";
      }
    }
    if (held.isEmpty()) {
      return null;
    }
    return "The tasks of a barrier stage must make the same calls: the task of partition "
        + first.attempt().partition()
        + " waits in "
        + first.call()
        + "(), and that of partition "
        + held.keySet().iterator().next()
        + " has ended without it";
  }

  /** Returns who waits, by partition, if all do, and begins anew; else nothing. */
  List<BarrierCall> meet() {
    if (waiting.size() < tasks) {
      return List.of();
    }
    List<BarrierCall> all = new ArrayList<>(waiting.values());
    waiting.clear();
    return all;
  }

  /** Returns whether one that has succeeded did so on an executor. */
  boolean isHeldBy(ExecutorSlots executor) {
    return held.values().stream().anyMatch(each -> each.attempt().executor == executor);
  }

  /** Returns whether all tasks have succeeded. */
  boolean isComplete() {
    return held.size() == tasks;
  }

  /** Begins anew; returns who had succeeded. */
  List<Held> clear() {
    List<Held> all = new ArrayList<>(held.values());
    held.clear();
    waiting.clear();
    return all;
  }
}
