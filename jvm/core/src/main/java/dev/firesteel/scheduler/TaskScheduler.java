package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.job.JobFailure;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.scheduler.States.TaskSetState;
import dev.firesteel.scheduler.States.TaskState;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskOutcome;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which task runs next, and sees task sets through: started, suspended, resumed, ended.
 * What runs is in {@link RunningAttempts}, what follows from how it ended in {@link AttemptEnding},
 * and what tasks of barrier stages do together in {@link BarrierTasks}. Pure: methods in, actions
 * and calls of the {@link TaskListener} out. Owned by the scheduler's thread.
 */
final class TaskScheduler {
  /** How many tasks of a set are planned, at most, to find one whose blocks are where a slot is. */
  private static final int LOOK_AHEAD = 16;

  private final ShuffleOutputs shuffles;
  private final BlockKeeper blocks;
  private final AttemptFiles files;
  private final TaskListener listener;
  private final RetryPolicy retries;

  private final Consumer<SchedulerAction> actions;
  private final SlotPool slots;
  private final Map<Integer, TaskSet> sets = new HashMap<>();
  private final SchedulingOrder order;
  private final BlockClaims claims = new BlockClaims();
  private final RunningAttempts attempts;
  private final BarrierTasks barriers;

  TaskScheduler(
      SchedulerConf conf,
      Locality locality,
      PersistedBlocks persisted,
      ShuffleOutputs shuffles,
      BlockKeeper blocks,
      AttemptFiles files,
      DriverPaths paths,
      Consumer<SchedulerAction> actions,
      TaskListener listener) {
    this.slots = new SlotPool(locality, persisted);
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.files = requireNonNull(files, "files is null");
    this.listener = requireNonNull(listener, "listener is null");
    this.actions = requireNonNull(actions, "actions is null");
    this.retries = new RetryPolicy(requireNonNull(conf, "conf is null"));
    this.order = new SchedulingOrder(conf.fair());
    this.attempts = new RunningAttempts(slots, claims, order, paths, actions);
    this.barriers = new BarrierTasks(attempts, slots, claims, shuffles, files, actions, listener);
  }

  /** Starts a task set. */
  void submit(TaskSet set, Collection<Integer> partitions) {
    if (sets.putIfAbsent(set.stage, set) != null) {
      throw new IllegalStateException("there is a " + set + " already");
    }
    set.want(partitions);
    order.add(set);
  }

  /** A suspended task set goes on as another attempt of its stage. */
  void resume(int stage, int stageAttempt, Collection<Integer> partitions) {
    TaskSet set = set(stage);
    set.state.to(TaskSetState.ACTIVE, "its parents are there");
    set.stageAttempt = stageAttempt;
    set.want(partitions);
  }

  /** A task set launches nothing until it is resumed; running attempts go on. */
  void suspend(int stage) {
    TaskSet set = set(stage);
    if (!set.state.is(TaskSetState.SUSPENDED)) {
      set.state.to(TaskSetState.SUSPENDED, "a shuffle that it reads is incomplete");
    }
  }

  /** Partitions that were done are wanted again. */
  void reopen(int stage, Collection<Integer> partitions) {
    set(stage).want(partitions);
  }

  /**
   * Attempts of a task set that are running are ended, as what they read has changed; their tasks
   * run again.
   */
  void restartRunning(int stage, String reason) {
    TaskSet set = set(stage);
    attempts.of(set).forEach(attempt -> attempt.stale = true);
    if (set.barrier != null) {
      barriers.restart(set, set.barrier, reason);
    } else {
      attempts.revokeAll(set, reason);
    }
  }

  /**
   * A map output of a shuffle has changed: running attempts have read the old one, those included
   * that nobody waits for any more.
   */
  void changed(ShuffleId shuffle) {
    attempts.changed(shuffle);
  }

  /**
   * Nobody needs a task set any more: nothing is launched, running attempts are ended. {@link
   * TaskListener#drained} is called when the last has ended, which may be at once.
   */
  void end(int stage, String reason) {
    TaskSet set = set(stage);
    set.state.to(TaskSetState.ENDED, reason);
    set.clearPending();
    order.remove(set);
    attempts.revokeAll(set, reason);
    if (set.barrier != null) {
      barriers.end(set.barrier);
    }
    drainedIfIdle(set);
  }

  /** Returns the task set of a stage, or null. */
  @Nullable TaskSet find(int stage) {
    return sets.get(stage);
  }

  /** Returns how many attempts of a task set failed. */
  int failed(int stage) {
    return set(stage).failed;
  }

  /** Launches tasks while there are free slots. */
  void offer() {
    while (true) {
      ExecutorSlots free = slots.mostFree();
      TaskSet set = free == null ? null : order.next(slots.slots());
      if (free == null || set == null) {
        return;
      }
      if (set.barrier != null) {
        if (barriers.launch(set, set.barrier)) {
          continue;
        }
        return; // The next slots are for it: if others took them, it might wait forever.
      }
      Task task = requireNonNull(set.poll(), "a task set without pending tasks was chosen");
      TaskPlan plan = task.plan(listener);
      if (plan == null) {
        continue;
      }
      if (slots.hadBetterWait(plan) && putAnotherFirst(set, task)) {
        continue;
      }
      if (!shuffles.areComplete(plan.shuffles())) {
        set.putBack(task);
        listener.shuffleMissing(set.stage);
        if (set.hasPending()) {
          throw new IllegalStateException(set + " was not suspended for a missing shuffle");
        }
        continue;
      }
      BlockId.Rdd blocked = claims.blockedBy(plan.caches().keySet());
      if (blocked != null) {
        task.state.to(TaskState.PARKED, "an attempt computes " + blocked.name());
        claims.park(task, blocked);
        continue;
      }
      attempts.launch(task, plan, free);
    }
  }

  /**
   * The blocks of a task are where no slot is free. Among the next tasks of its set, one that has
   * no such reason to wait goes first.
   *
   * @return whether there is one, or the set has failed meanwhile
   */
  private boolean putAnotherFirst(TaskSet set, Task task) {
    Deque<Task> passed = new ArrayDeque<>(List.of(task));
    Task better = null;
    while (better == null && passed.size() < LOOK_AHEAD && set.pendingCount() > 0) {
      Task next = requireNonNull(set.poll(), "there is one");
      TaskPlan plan = next.plan(listener);
      if (plan == null) {
        return true;
      }
      if (slots.hadBetterWait(plan)) {
        passed.push(next);
      } else {
        better = next;
      }
    }
    if (better == null) {
      passed.removeLast(); // the one that is launched now, for want of a better
    }
    passed.forEach(set::putBack);
    if (better != null) {
      set.putBack(better);
    }
    return better != null;
  }

  /** Looks at a task of a barrier stage that waits for the others; returns the step for it. */
  Runnable reached(BarrierCall call) {
    return barriers.reached(call);
  }

  /** An event of an attempt could not be handled: its task fails, if it is running. */
  void fault(Origin.Attempt origin, Throwable cause) {
    RunningAttempt running = attempts.find(origin.attempt().id());
    if (running == null) {
      return;
    }
    JobFailure fault = JobFailure.internal(cause, running.attempt.job(), "");
    if (origin.ended()) {
      ended(
          new TaskOutcome.Failed(
              running.attempt,
              new FailureReport(FailureKind.INTERNAL, fault.message(), null, null, null)));
    } else {
      listener.taskFailed(
          new TaskFailure(fault.kind(), fault.message(), running.attempt, 1, null, fault.java()));
    }
  }

  /** Refuses an attempt that is not running. */
  void checkRunning(TaskAttempt attempt) {
    RunningAttempt running = attempts.find(attempt.id());
    if (running == null || !running.attempt.equals(attempt)) {
      throw new IllegalStateException("no such attempt is running: " + attempt);
    }
  }

  /** Takes note of how an attempt ended. */
  void ended(TaskOutcome outcome) {
    RunningAttempt attempt = attempts.ended(outcome);
    TaskSet set = attempt.task.set;
    boolean counts = attempt.revoked == null;
    boolean held = counts && set.barrier != null;
    if (outcome instanceof TaskOutcome.Succeeded succeeded && !held) {
      files.keepBlocks(attempt, succeeded.report());
    }
    attempts.releaseClaims(attempt);
    if (held && outcome instanceof TaskOutcome.Succeeded succeeded) {
      barriers.succeeded(attempt, requireNonNull(set.barrier, "it is held"), succeeded);
    } else if (counts) {
      if (set.barrier != null) {
        barriers.restart(set, set.barrier, "another task of the barrier stage failed");
      }
      outcome.dispatch(new AttemptEnding(attempt, blocks, retries, listener));
    } else {
      files.discard(attempt, outcome);
      if (!set.state.is(TaskSetState.ENDED)) {
        set.again(attempt.task, "its attempt was told to end");
      }
    }
    drainedIfIdle(set);
  }

  /** An executor is gone: its attempts fail, and barrier stages begin again that had some there. */
  void lose(ExecutorSlots executor, String reason) {
    for (RunningAttempt attempt : attempts.on(executor)) {
      TaskOutcome outcome = new TaskOutcome.ExecutorLost(attempt.attempt, executor.id, reason);
      actions.accept(new SchedulerAction.AttemptEnded(outcome));
      ended(outcome);
    }
    for (TaskSet set : List.copyOf(sets.values())) {
      if (set.barrier != null && set.barrier.isHeldBy(executor)) {
        barriers.restart(set, set.barrier, "the executor " + executor.id + " was lost");
      }
    }
  }

  private void drainedIfIdle(TaskSet set) {
    if (set.state.is(TaskSetState.ENDED) && set.running == 0 && sets.remove(set.stage) != null) {
      listener.drained(set.stage);
    }
  }

  private TaskSet set(int stage) {
    return requireNonNull(sets.get(stage), () -> "there is no task set of stage " + stage);
  }

  /** A persisted block has gone, as an attempt had written it. */
  void blockLost(BlockId.Rdd block, long attempt) {
    blocks.gone(block, attempt);
  }

  /** Checks what must hold between events; for tests. */
  void checkInvariants() {
    attempts.checkInvariants(sets.values());
  }

  /** Returns how many persisted blocks exist. */
  int blockCount() {
    return blocks.size();
  }

  /** Returns the slots of all executors. */
  SlotPool slots() {
    return slots;
  }

  /** Returns how many attempts are running. */
  int runningCount() {
    return attempts.size();
  }

  /** Returns the claims on blocks. */
  BlockClaims claims() {
    return claims;
  }
}
