package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.id.Location;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import java.util.function.Consumer;

/**
 * What becomes of the files that an attempt has written: blocks that are wanted are kept, and what
 * does not count is deleted. Owned by the scheduler's thread.
 */
final class AttemptFiles {
  private final BlockKeeper blocks;
  private final Consumer<SchedulerAction> actions;

  AttemptFiles(BlockKeeper blocks, Consumer<SchedulerAction> actions) {
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.actions = requireNonNull(actions, "actions is null");
  }

  /** Blocks of an attempt that was overtaken by new map outputs are of no use; others are. */
  void keepBlocks(RunningAttempt attempt, TaskReport report) {
    if (attempt.stale) {
      report.blocks().forEach(blocks::discard);
    } else {
      report.blocks().forEach(block -> blocks.add(block, attempt.executor.id));
    }
  }

  /** Nothing counts of an attempt that had succeeded, its blocks included. */
  void discardWithBlocks(RunningAttempt attempt, TaskOutcome.Succeeded outcome) {
    outcome.report().blocks().forEach(blocks::discard);
    discard(attempt, outcome);
  }

  /** Nothing counts of an attempt that has ended, but the blocks that were kept. */
  void discard(RunningAttempt attempt, TaskOutcome outcome) {
    if (outcome instanceof TaskOutcome.Succeeded succeeded) {
      OutputFile output = succeeded.report().output();
      if (output != null && !attempt.inPlace) {
        actions.accept(new SchedulerAction.DeleteFile(output.location()));
      }
      discardUpdates(succeeded.report());
    }
  }

  /** What an attempt added to accumulators does not count. */
  void discardUpdates(TaskReport report) {
    for (AccumulatorUpdate update : report.accumulators()) {
      Location file = update.file();
      if (file != null) {
        actions.accept(new SchedulerAction.DeleteFile(file));
      }
    }
  }
}
