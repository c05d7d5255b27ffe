package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorLedger;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.lineage.RemainingLineage;
import dev.firesteel.lineage.Removed;
import dev.firesteel.lineage.SharedLineage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the scheduler does when drivers change their lineage: has blocks, shuffles and files come
 * and go with it. Owned by the scheduler's thread.
 */
final class LineageKeeper {
  private final Lineage lineage;
  private final SharedLineage shared;
  private final JobTable jobs;
  private final BlockKeeper blocks;
  private final ShuffleOutputs shuffles;
  private final AccumulatorLedger accumulators;
  private final Consumer<SchedulerAction> actions;

  LineageKeeper(
      Lineage lineage,
      JobTable jobs,
      BlockKeeper blocks,
      ShuffleOutputs shuffles,
      AccumulatorLedger accumulators,
      Consumer<SchedulerAction> actions) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.shared = new SharedLineage(lineage);
    this.jobs = requireNonNull(jobs, "jobs is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.accumulators = requireNonNull(accumulators, "accumulators is null");
    this.actions = requireNonNull(actions, "actions is null");
  }

  /**
   * Finds out whether an update fits what there is. Changes nothing.
   *
   * @throws LineageException if it does not
   */
  SharedLineage.Fitting fit(LineageUpdate update) {
    return shared.fit(update);
  }

  /** Adds what is new. */
  void add(SharedLineage.Fitting fitting) {
    List<NodeId> unpersisted = shared.add(fitting);
    for (SharedLineage.DriverFile file : fitting.files()) {
      actions.accept(new SchedulerAction.RegisterFile(file.id(), file.path()));
    }
    unpersisted.forEach(blocks::removeAll);
  }

  /** Applies the cuts that have been told, unless a job runs: it may need what was before a cut. */
  void cutIfIdle() {
    if (jobs.size() > 0) {
      return;
    }
    shared.cut().forEach(this::forget);
  }

  /** Releases what the driver no longer refers to. */
  void release(LineageUpdate update) {
    shared.release(update.release()).ifPresent(this::forget);
  }

  /** Keeps a node for a name, or for a driver; nothing if it is not there. */
  Optional<NodeView> hold(int holder, NodeId node) {
    return shared.hold(holder, node);
  }

  /** A job ends that needed a node. */
  void drop(NodeId target) {
    forget(lineage.drop(target));
  }

  /** A driver has ended; returns what is left. */
  RemainingLineage end(int driver) {
    SharedLineage.Ended ended = shared.end(driver);
    forget(ended.removed());
    return ended.remaining();
  }

  private void forget(Removed removed) {
    removed.nodes().forEach(blocks::removeAll);
    for (ShuffleId shuffle : removed.shuffles()) {
      shuffles.remove(shuffle);
      accumulators.forget(shuffle);
      actions.accept(new SchedulerAction.RemoveShuffle(shuffle));
    }
    removed.closures().forEach(id -> forget(new BlockId.Closure(id)));
    removed.broadcasts().forEach(id -> forget(new BlockId.Broadcast(id)));
    removed.inputs().forEach(id -> forget(new BlockId.Input(id)));
    for (String path : removed.paths()) {
      Location file = new Location.DiskFile(Location.DRIVER, path);
      actions.accept(new SchedulerAction.DeleteFile(file));
    }
  }

  private void forget(BlockId id) {
    actions.accept(new SchedulerAction.ForgetFile(id));
  }
}
