package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.scheduler.States.TaskSetState;
import dev.firesteel.scheduler.States.TaskState;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that are running, with what they hold: a slot each, and claims on the blocks that
 * they compute. They are launched here, told to end, and give back what they held. Owned by the
 * scheduler's thread.
 *
 * <p>Invariants: an executor's free slots plus its running attempts are its slots; a claim belongs
 * to a running attempt; a task has at most one running attempt.
 */
final class RunningAttempts {
  private final SlotPool slots;
  private final BlockClaims claims;
  private final SchedulingOrder order;
  private final DriverPaths paths;
  private final Consumer<SchedulerAction> actions;
  private final Map<Long, RunningAttempt> running = new HashMap<>();
  private long last;

  RunningAttempts(
      SlotPool slots,
      BlockClaims claims,
      SchedulingOrder order,
      DriverPaths paths,
      Consumer<SchedulerAction> actions) {
    this.slots = requireNonNull(slots, "slots is null");
    this.claims = requireNonNull(claims, "claims is null");
    this.order = requireNonNull(order, "order is null");
    this.paths = requireNonNull(paths, "paths is null");
    this.actions = requireNonNull(actions, "actions is null");
  }

  /**
   * Launches a task.
   *
   * @param otherwise an executor with a free slot, unless there is a better one
   */
  void launch(Task task, TaskPlan plan, ExecutorSlots otherwise) {
    ExecutorSlots executor = slots.choose(plan, otherwise);
    TaskSet set = task.set;
    TaskAttempt attempt =
        new TaskAttempt(
            ++last, set.owner.job(), set.stage, set.stageAttempt, task.partition, task.attempts++);
    Collection<BlockId.Rdd> wanted = plan.caches().keySet();
    claims.take(wanted, attempt.id());
    task.state.to(TaskState.RUNNING, "launched");
    executor.take();
    running.put(
        attempt.id(),
        new RunningAttempt(
            attempt,
            task,
            executor,
            wanted,
            plan.shuffles(),
            plan.sink() instanceof Sink.SaveText));
    set.running++;
    order.launched(set);
    actions.accept(
        new SchedulerAction.Launch(
            executor.id,
            new TaskDescription(
                attempt,
                plan,
                paths.of(plan),
                set.owner.properties(),
                set.barrier == null ? 0 : set.barrier.tasks)));
  }

  /** Ends an attempt; what it answers does not count. */
  void revoke(RunningAttempt attempt, String reason) {
    if (attempt.revoked == null) {
      attempt.revoked = reason;
    } else {
      return;
    }
    if (!attempt.executor.lost) {
      actions.accept(new SchedulerAction.Kill(attempt.executor.id, attempt.attempt.id(), reason));
    }
  }

  /** Has all attempts of a task set end. */
  void revokeAll(TaskSet set, String reason) {
    of(set).forEach(attempt -> revoke(attempt, reason));
  }

  /** An attempt has ended: its slot is free, its claims are not yet. */
  RunningAttempt ended(TaskOutcome outcome) {
    RunningAttempt attempt = running.remove(outcome.attempt().id());
    if (attempt == null) {
      throw new IllegalStateException("no such attempt is running: " + outcome);
    }
    attempt.executor.giveBack();
    attempt.task.set.running--;
    order.ended(attempt.task.set);
    return attempt;
  }

  /** Gives back the claims of an attempt that has ended: tasks that waited for them may go on. */
  void releaseClaims(RunningAttempt attempt) {
    for (Task woken : claims.release(attempt.claims, attempt.attempt.id())) {
      if (!woken.set.state.is(TaskSetState.ENDED)) {
        woken.set.again(woken, "the block that it waited for is there, or failed");
      }
    }
  }

  /** Attempts that read a shuffle have read an output of it that has changed since. */
  void changed(ShuffleId shuffle) {
    for (RunningAttempt attempt : running.values()) {
      if (attempt.shuffles.contains(shuffle)) {
        attempt.stale = true;
      }
    }
  }

  /** Returns an attempt, or null if none of that number is running. */
  @Nullable RunningAttempt find(long attempt) {
    return running.get(attempt);
  }

  /** Returns the attempts of a task set. */
  List<RunningAttempt> of(TaskSet set) {
    List<RunningAttempt> found = new ArrayList<>(set.running);
    if (set.running > 0) {
      for (RunningAttempt attempt : running.values()) {
        if (attempt.task.set == set) {
          found.add(attempt);
        }
      }
    }
    return found;
  }

  /** Returns the attempts on an executor. */
  List<RunningAttempt> on(ExecutorSlots executor) {
    return running.values().stream().filter(attempt -> attempt.executor == executor).toList();
  }

  /** Returns how many there are. */
  int size() {
    return running.size();
  }

  /** Checks what must hold between events; for tests. */
  void checkInvariants(Collection<TaskSet> sets) {
    int taken = slots.slots() - slots.free();
    int claimed = running.values().stream().mapToInt(attempt -> attempt.claims.size()).sum();
    for (RunningAttempt attempt : running.values()) {
      if (slots.find(attempt.executor.id) != attempt.executor) {
        throw new IllegalStateException(attempt.attempt + " is on no executor that there is");
      }
    }
    int parked = 0;
    for (TaskSet set : sets) {
      for (Task task : set.tasks()) {
        if (task.state.is(TaskState.PARKED) && !set.state.is(TaskSetState.ENDED)) {
          parked++;
        }
      }
    }
    if (taken != running.size() || claimed != claims.size() || parked > claims.parkedCount()) {
      throw new IllegalStateException(
          running.size()
              + " attempts hold "
              + taken
              + " slots and "
              + claimed
              + " of "
              + claims.size()
              + " claims; "
              + parked
              + " tasks of "
              + claims.parkedCount()
              + " are parked");
    }
  }
}
