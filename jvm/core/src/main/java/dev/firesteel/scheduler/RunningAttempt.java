package dev.firesteel.scheduler;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.task.TaskAttempt;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** An attempt that was launched and has not ended. Owned by the scheduler's thread. */
final class RunningAttempt {
  final TaskAttempt attempt;
  final Task task;
  final ExecutorSlots executor;
  final Collection<BlockId.Rdd> claims;

  /** The shuffles that it reads. */
  final Collection<ShuffleId> shuffles;

  /** Whether its output has a name that another attempt's would have, too, and takes its place. */
  final boolean inPlace;

  /** Why it was told to end, or null. Whatever it answers then does not count. */
  @Nullable String revoked;

  /**
   * Whether what it reads has changed since it was launched: blocks that it writes do not count.
   */
  boolean stale;

  RunningAttempt(
      TaskAttempt attempt,
      Task task,
      ExecutorSlots executor,
      Collection<BlockId.Rdd> claims,
      Collection<ShuffleId> shuffles,
      boolean inPlace) {
    this.attempt = attempt;
    this.task = task;
    this.executor = executor;
    this.claims = claims;
    this.shuffles = shuffles;
    this.inPlace = inPlace;
  }
}
