package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.engine.JobFailure;
import dev.firesteel.executor.BarrierCall;
import dev.firesteel.executor.OutputFile;
import dev.firesteel.executor.TaskAttempt;
import dev.firesteel.executor.TaskDescription;
import dev.firesteel.executor.TaskOutcome;
import dev.firesteel.executor.TaskReport;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.ShuffleId;
import dev.firesteel.plan.Sink;
import dev.firesteel.scheduler.States.TaskSetState;
import dev.firesteel.scheduler.States.TaskState;
import dev.firesteel.storage.BlockId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which task attempt runs next and where, and what follows from how it ended: retries,
 * claims on blocks that are being computed, free slots. Pure: methods in, actions and calls of the
 * {@link TaskListener} out. Owned by the scheduler's thread.
 *
 * <p>Invariants: an executor's free slots plus its running attempts are its slots; a claim belongs
 * to a running attempt; a task has at most one running attempt.
 */
final class TaskScheduler {
  private final ShuffleOutputs shuffles;
  private final BlockKeeper blocks;
  private final DriverPaths paths;
  private final Consumer<SchedulerAction> actions;
  private final TaskListener listener;
  private final RetryPolicy retries;

  private final SlotPool slots;
  private final Map<Integer, TaskSet> sets = new HashMap<>();
  private final Map<Long, RunningAttempt> running = new HashMap<>();
  private final SchedulingOrder order;
  private final BlockClaims claims = new BlockClaims();
  private long lastAttempt;

  TaskScheduler(
      SchedulerConf conf,
      Locality locality,
      ShuffleOutputs shuffles,
      BlockKeeper blocks,
      DriverPaths paths,
      Consumer<SchedulerAction> actions,
      TaskListener listener) {
    this.slots = new SlotPool(locality);
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.paths = requireNonNull(paths, "paths is null");
    this.actions = requireNonNull(actions, "actions is null");
    this.listener = requireNonNull(listener, "listener is null");
    this.retries = new RetryPolicy(requireNonNull(conf, "conf is null"));
    this.order = new SchedulingOrder(conf.fair());
  }

  /** An executor offers its slots from now on. */
  void addExecutor(String id, int slots) {
    this.slots.add(id, slots);
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
    List<RunningAttempt> attempts = attemptsOf(set);
    attempts.forEach(attempt -> attempt.stale = true);
    if (set.barrier != null) {
      restartTogether(set, set.barrier, reason);
    } else {
      attempts.forEach(attempt -> revoke(attempt, reason));
    }
  }

  /**
   * A map output of a shuffle has changed: running attempts have read the old one, those included
   * that nobody waits for any more.
   */
  void changed(ShuffleId shuffle) {
    for (RunningAttempt attempt : running.values()) {
      if (attempt.shuffles.contains(shuffle)) {
        attempt.stale = true;
      }
    }
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
    for (RunningAttempt attempt : attemptsOf(set)) {
      revoke(attempt, reason);
    }
    if (set.barrier != null) {
      set.barrier.clear().forEach(this::discardHeld);
    }
    drainedIfIdle(set);
  }

  /** Returns the task set of a stage, or null. */
  @Nullable TaskSet find(int stage) {
    return sets.get(stage);
  }

  /** Launches tasks while there are free slots. */
  void offer() {
    while (true) {
      ExecutorSlots free = slots.mostFree();
      TaskSet set = free == null ? null : order.next();
      if (free == null || set == null) {
        return;
      }
      if (set.barrier != null) {
        if (launchTogether(set, set.barrier)) {
          continue;
        }
        return; // The next slots are for it: if others took them, it might wait forever.
      }
      Task task = requireNonNull(set.poll(), "a task set without pending tasks was chosen");
      TaskPlan plan = plan(set, task);
      if (plan == null) {
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
      launch(task, plan, slots.choose(plan, free));
    }
  }

  /**
   * Launches all tasks of a barrier stage.
   *
   * @return false if they have to wait for an attempt to end first
   */
  private boolean launchTogether(TaskSet set, Barrier barrier) {
    if (set.pendingCount() < barrier.tasks || slots.free() < barrier.tasks) {
      return false;
    }
    List<Task> tasks = new ArrayList<>(barrier.tasks);
    for (Task task = set.poll(); task != null; task = set.poll()) {
      tasks.add(task);
    }
    List<TaskPlan> plans = new ArrayList<>(tasks.size());
    Set<BlockId.Rdd> materialized = new HashSet<>();
    for (Task task : tasks) {
      TaskPlan plan = plan(set, task);
      if (plan == null) {
        return true; // The stage has failed.
      }
      plans.add(plan);
      if (!shuffles.areComplete(plan.shuffles())) {
        putBack(set, tasks);
        listener.shuffleMissing(set.stage);
        return true;
      }
      if (claims.blockedBy(plan.caches().keySet()) != null) {
        putBack(set, tasks);
        return false;
      }
      if (!Collections.disjoint(materialized, plan.caches().keySet())) {
        putBack(set, tasks);
        String why =
            "Several tasks of a barrier stage need the same persisted partition, which is not"
                + " computed yet: compute it first, for example with count()";
        failBarrier(set, task, why);
        return true;
      }
      materialized.addAll(plan.caches().keySet());
    }
    for (int i = 0; i < tasks.size(); i++) {
      TaskPlan plan = plans.get(i);
      ExecutorSlots otherwise = requireNonNull(slots.mostFree(), "there were enough free slots");
      launch(tasks.get(i), plan, slots.choose(plan, otherwise));
    }
    return true;
  }

  private static void putBack(TaskSet set, List<Task> tasks) {
    for (int i = tasks.size() - 1; i >= 0; i--) {
      set.putBack(tasks.get(i));
    }
  }

  private void failBarrier(TaskSet set, Task task, String why) {
    TaskAttempt attempt =
        new TaskAttempt(
            0, set.owner.job(), set.stage, set.stageAttempt, task.partition, task.attempts);
    listener.taskFailed(new TaskFailure("barrier", why, attempt, 1, null, null));
  }

  /** A task of a barrier stage waits for the others. */
  void reached(BarrierCall call) {
    RunningAttempt attempt = running.get(call.attempt().id());
    if (attempt == null || attempt.revoked != null) {
      return;
    }
    TaskSet set = attempt.task.set;
    Barrier barrier =
        requireNonNull(set.barrier, () -> "a task without a barrier waits: " + call.attempt());
    barrier.reached(call);
    if (failIfDeadlocked(set, attempt.task)) {
      return;
    }
    List<BarrierCall> all = barrier.meet();
    List<String> messages = all.stream().map(BarrierCall::message).toList();
    for (BarrierCall one : all) {
      RunningAttempt waiting =
          requireNonNull(running.get(one.attempt().id()), "one that waits is running");
      actions.accept(new SchedulerAction.Met(waiting.executor.id, one, messages));
    }
  }

  private boolean failIfDeadlocked(TaskSet set, Task task) {
    String why = set.barrier == null ? null : set.barrier.deadlock();
    if (why != null) {
      failBarrier(set, task, why);
    }
    return why != null;
  }

  /** A task of a barrier stage has succeeded: when all have, all count. */
  private void hold(RunningAttempt attempt, Barrier barrier, TaskOutcome.Succeeded outcome) {
    TaskSet set = attempt.task.set;
    attempt.task.state.to(TaskState.DONE, "succeeded");
    barrier.succeeded(attempt, outcome);
    if (failIfDeadlocked(set, attempt.task) || !barrier.isComplete()) {
      return;
    }
    for (Barrier.Held held : barrier.clear()) {
      if (set.state.is(TaskSetState.ENDED)) {
        discardHeld(held);
      } else {
        keepBlocks(held.attempt(), held.outcome().report());
        listener.taskSucceeded(held.outcome().attempt(), held.outcome().report());
      }
    }
  }

  /** All tasks of a barrier stage run again. */
  private void restartTogether(TaskSet set, Barrier barrier, String reason) {
    for (RunningAttempt attempt : attemptsOf(set)) {
      revoke(attempt, reason);
    }
    for (Barrier.Held held : barrier.clear()) {
      discardHeld(held);
      set.again(held.attempt().task, reason);
    }
    set.stageAttempt = listener.barrierRestarted(set.stage);
  }

  private void discardHeld(Barrier.Held held) {
    held.outcome().report().blocks().forEach(blocks::discard);
    discard(held.attempt(), held.outcome());
  }

  /** Plans a task; if that is not possible, its stage fails. */
  private @Nullable TaskPlan plan(TaskSet set, Task task) {
    try {
      return set.planner.apply(task.partition);
    } catch (LineageException e) {
      set.putBack(task);
      JobFailure internal = JobFailure.internal(e, set.owner.job(), "");
      TaskAttempt none =
          new TaskAttempt(
              0, set.owner.job(), set.stage, set.stageAttempt, task.partition, task.attempts);
      listener.taskFailed(
          new TaskFailure(
              internal.kind(), internal.message(), none, task.attempts, null, internal.java()));
      return null;
    }
  }

  private void launch(Task task, TaskPlan plan, ExecutorSlots executor) {
    TaskSet set = task.set;
    TaskAttempt attempt =
        new TaskAttempt(
            ++lastAttempt,
            set.owner.job(),
            set.stage,
            set.stageAttempt,
            task.partition,
            task.attempts++);
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
                plan.sink(),
                plan.closures(),
                plan.broadcasts(),
                plan.reads(),
                plan.caches(),
                plan.output(),
                paths.of(plan),
                set.owner.properties(),
                plan.language(),
                set.barrier == null ? 0 : set.barrier.tasks)));
  }

  /** Takes note of how an attempt ended. */
  void ended(TaskOutcome outcome) {
    RunningAttempt attempt = running.remove(outcome.attempt().id());
    if (attempt == null) {
      throw new IllegalStateException("no such attempt is running: " + outcome);
    }
    attempt.executor.giveBack();
    TaskSet set = attempt.task.set;
    set.running--;
    order.ended(set);
    boolean counts = attempt.revoked == null;
    boolean held = counts && set.barrier != null;
    if (outcome instanceof TaskOutcome.Succeeded succeeded && !held) {
      keepBlocks(attempt, succeeded.report());
    }
    for (Task woken : claims.release(attempt.claims, attempt.attempt.id())) {
      if (!woken.set.state.is(TaskSetState.ENDED)) {
        woken.set.again(woken, "the block that it waited for is there, or failed");
      }
    }
    if (held && outcome instanceof TaskOutcome.Succeeded succeeded) {
      hold(attempt, requireNonNull(set.barrier, "it is held"), succeeded);
    } else if (counts) {
      if (set.barrier != null) {
        restartTogether(set, set.barrier, "another task of the barrier stage failed");
      }
      outcome.dispatch(new Ending(attempt));
    } else {
      discard(attempt, outcome);
      if (!set.state.is(TaskSetState.ENDED)) {
        set.again(attempt.task, "its attempt was told to end");
      }
    }
    drainedIfIdle(set);
  }

  /** Blocks of an attempt that was overtaken by new map outputs are of no use; others are. */
  private void keepBlocks(RunningAttempt attempt, TaskReport report) {
    report.blocks().forEach(attempt.stale ? blocks::discard : blocks::add);
  }

  private void discard(RunningAttempt attempt, TaskOutcome outcome) {
    if (outcome instanceof TaskOutcome.Succeeded succeeded) {
      OutputFile output = succeeded.report().output();
      if (output != null && !attempt.inPlace) {
        actions.accept(new SchedulerAction.DeleteFile(output.path()));
      }
      for (AccumulatorUpdate update : succeeded.report().accumulators()) {
        Path file = update.file();
        if (file != null) {
          actions.accept(new SchedulerAction.DeleteFile(file));
        }
      }
    }
  }

  /** What follows from the end of an attempt that was not told to end. */
  private final class Ending implements TaskOutcome.Handler {
    private final RunningAttempt ended;
    private final Task task;

    Ending(RunningAttempt ended) {
      this.ended = ended;
      this.task = ended.task;
    }

    @Override
    public void onSucceeded(TaskOutcome.Succeeded outcome) {
      task.state.to(TaskState.DONE, "succeeded");
      listener.taskSucceeded(outcome.attempt(), outcome.report());
    }

    @Override
    public void onFailed(TaskOutcome.Failed outcome) {
      BlockId.ShuffleMap mapOutput = outcome.failure().mapOutput();
      BlockId.Rdd block = outcome.failure().block();
      if (mapOutput != null) {
        task.set.failed++;
        task.set.again(task, "a map output that it reads was lost");
        listener.mapOutputLost(outcome.attempt(), mapOutput, outcome.failure().message());
        return;
      }
      if (block != null) {
        blocks.lost(block, outcome.attempt().id());
      }
      if (!task.set.state.is(TaskSetState.ENDED)) { // the loss may have failed the job
        retry(outcome);
      }
    }

    @Override
    public void onKilled(TaskOutcome.Killed outcome) {
      retry(outcome);
    }

    @Override
    public void onWorkerDied(TaskOutcome.WorkerDied outcome) {
      retry(outcome);
    }

    @Override
    public void onBlockGone(TaskOutcome.BlockGone outcome) {
      blocks.lost(outcome.block(), outcome.attempt().id());
      if (!task.set.state.is(TaskSetState.ENDED)) {
        task.set.again(task, "a block that it was to read had gone");
      }
    }

    @Override
    public void onLaunchFailed(TaskOutcome.LaunchFailed outcome) {
      retry(outcome);
    }

    private void retry(TaskOutcome outcome) {
      task.failures++;
      task.set.failed++;
      task.set.again(task, "its attempt failed");
      TaskFailure failure = retries.failure(outcome, task.failures, ended.attempt);
      if (failure != null) {
        listener.taskFailed(failure);
      }
    }
  }

  private void revoke(RunningAttempt attempt, String reason) {
    if (attempt.revoked == null) {
      attempt.revoked = reason;
      actions.accept(new SchedulerAction.Kill(attempt.executor.id, attempt.attempt.id(), reason));
    }
  }

  private void drainedIfIdle(TaskSet set) {
    if (set.state.is(TaskSetState.ENDED) && set.running == 0 && sets.remove(set.stage) != null) {
      listener.drained(set.stage);
    }
  }

  private List<RunningAttempt> attemptsOf(TaskSet set) {
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

  private TaskSet set(int stage) {
    return requireNonNull(sets.get(stage), () -> "there is no task set of stage " + stage);
  }

  /** A persisted block has gone, as an attempt had written it. */
  void blockLost(BlockId.Rdd block, long attempt) {
    blocks.gone(block, attempt);
  }

  /** Checks what must hold between events; for tests. */
  void checkInvariants() {
    int taken = slots.slots() - slots.free();
    int claimed = running.values().stream().mapToInt(attempt -> attempt.claims.size()).sum();
    int parked = 0;
    for (TaskSet set : sets.values()) {
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
    return running.size();
  }

  /** Returns the claims on blocks. */
  BlockClaims claims() {
    return claims;
  }
}
