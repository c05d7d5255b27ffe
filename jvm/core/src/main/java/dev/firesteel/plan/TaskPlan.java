package dev.firesteel.plan;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.Language;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The plan of one task, and all that it names: listed here once, so that who runs it need not walk
 * the plan to resolve names, to pin what is read, or to choose where to write.
 *
 * @param sink the plan itself
 * @param closures the closures in it
 * @param broadcasts the broadcasts that those closures capture
 * @param reads the persisted blocks, shuffle tables and inputs that it reads
 * @param shuffles the shuffles that it reads
 * @param caches the blocks that it materializes, with their levels
 * @param output the map output or result that it writes, or null (a text file names itself)
 * @param language the language that its sink is run in; crossings in it lead to others
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
  public TaskPlan {
    requireNonNull(sink, "sink is null");
    requireNonNull(closures, "closures is null");
    requireNonNull(broadcasts, "broadcasts is null");
    requireNonNull(reads, "reads is null");
    requireNonNull(shuffles, "shuffles is null");
    requireNonNull(caches, "caches is null");
    requireNonNull(language, "language is null");
    requireNonNull(drivers, "drivers is null");
  }

  /** Its crossings: where records go from one language to the other. */
  public List<Source.Crossing> crossings() {
    return sink.source().nodes().stream()
        .filter(Source.Crossing.class::isInstance)
        .map(Source.Crossing.class::cast)
        .toList();
  }

  /** Names the output only: plans may be too deep to print. */
  @Override
  public String toString() {
    return "TaskPlan[" + output + "]";
  }
}
