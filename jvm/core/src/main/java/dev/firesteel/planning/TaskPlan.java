package dev.firesteel.planning;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.Language;
import dev.firesteel.plan.Sink;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The plan of one task, and all that it names.
 *
 * @param shuffles the shuffles it reads
 * @param caches the blocks it materializes
 * @param output what its sink writes, or null
 * @param language the language that its sink is run in
 * @param drivers whose functions and records it has, in the order of their numbers
 */
public record TaskPlan(
    Sink sink,
    Set<ClosureId> closures,
    Set<BroadcastId> broadcasts,
    Set<BlockId> reads,
    Set<ShuffleId> shuffles,
    Map<BlockId.Rdd, StorageLevel> caches,
    @Nullable BlockId output,
    Language language,
    Set<Integer> drivers) {

  /** Names the output only: plans may be too deep to print. */
  @Override
  public String toString() {
    return "TaskPlan[" + output + "]";
  }
}
