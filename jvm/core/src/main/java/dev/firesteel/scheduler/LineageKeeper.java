package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorLedger;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.LineageAdditions;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.RemainingLineage;
import dev.firesteel.lineage.Removed;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Applies what drivers say about their lineage, and has blocks, shuffles and files go when lineage
 * goes. Owned by the scheduler's thread.
 */
final class LineageKeeper {
  private final Lineage lineage;
  private final JobTable jobs;
  private final BlockKeeper blocks;
  private final ShuffleOutputs shuffles;
  private final AccumulatorLedger accumulators;
  private final Consumer<SchedulerAction> actions;

  /** Checkpoints that wait for the end of running jobs. */
  private final List<Node.Saved> cuts = new ArrayList<>();

  LineageKeeper(
      Lineage lineage,
      JobTable jobs,
      BlockKeeper blocks,
      ShuffleOutputs shuffles,
      AccumulatorLedger accumulators,
      Consumer<SchedulerAction> actions) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.jobs = requireNonNull(jobs, "jobs is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.accumulators = requireNonNull(accumulators, "accumulators is null");
    this.actions = requireNonNull(actions, "actions is null");
  }

  /**
   * An update that fits what there is.
   *
   * @param additions what of it is new
   * @param files the driver's files that it brings, by name
   */
  record Fitting(
      LineageUpdate update, LineageAdditions additions, List<SchedulerAction.RegisterFile> files) {}

  /**
   * Finds out whether an update fits what there is. Changes nothing, so that what is refused has
   * left nothing behind.
   *
   * @throws LineageException if it does not
   */
  Fitting fit(LineageUpdate update) {
    LineageAdditions additions = lineage.fit(update);
    List<SchedulerAction.RegisterFile> files = new ArrayList<>();
    for (LineageUpdate.ClosureFile file : update.closures()) {
      files.add(file(new BlockId.Closure(file.id()), file.path()));
    }
    for (LineageUpdate.BroadcastFile file : update.broadcasts()) {
      files.add(file(new BlockId.Broadcast(file.id()), file.path()));
    }
    for (Node node : update.nodes()) {
      if (node instanceof Node.Slices slices && additions.isNew(slices.id())) {
        files.add(file(new BlockId.Input(slices.id()), slices.path()));
      }
    }
    return new Fitting(update, additions, files);
  }

  private static SchedulerAction.RegisterFile file(BlockId id, String path) {
    try {
      return new SchedulerAction.RegisterFile(id, Path.of(path));
    } catch (InvalidPathException e) {
      throw new LineageException("the file of " + id.name() + " has no usable path: " + e);
    }
  }

  /** Adds what is new. */
  void add(Fitting fitting) {
    LineageUpdate update = fitting.update();
    lineage.add(fitting.additions());
    update.closures().forEach(file -> lineage.addClosure(file.id(), file.broadcasts()));
    update.broadcasts().forEach(file -> lineage.addBroadcast(file.id()));
    fitting.files().forEach(actions);
    cuts.addAll(update.cuts());
    for (LineageUpdate.LevelChange change : update.levels()) {
      lineage.setLevel(change.node(), change.level());
      if (change.level() == null) {
        blocks.removeAll(change.node());
      }
    }
  }

  /** Applies the cuts that have been told, unless a job runs: it may need what was before a cut. */
  void cutIfIdle() {
    if (jobs.size() > 0) {
      return;
    }
    List<Node.Saved> now = List.copyOf(cuts);
    cuts.clear();
    for (Node.Saved saved : now) {
      forget(lineage.cut(saved));
    }
  }

  /** Releases what the driver no longer refers to. */
  void release(LineageUpdate update) {
    if (!update.release().equals(LineageUpdate.Release.NONE)) {
      forget(lineage.release(update.release()));
    }
  }

  /** A job ends that needed a node. */
  void drop(NodeId target) {
    forget(lineage.drop(target));
  }

  /** A driver has ended; returns what is left. */
  RemainingLineage end(int driver) {
    forget(lineage.end(driver));
    Set<String> paths = lineage.paths();
    cuts.forEach(saved -> paths.add(saved.directory()));
    return new RemainingLineage(lineage.drivers(), paths);
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
    removed.paths().forEach(p -> actions.accept(new SchedulerAction.DeleteFile(Path.of(p))));
  }

  private void forget(BlockId id) {
    actions.accept(new SchedulerAction.ForgetFile(id));
  }
}
