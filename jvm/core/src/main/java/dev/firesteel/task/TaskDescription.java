package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.Language;
import dev.firesteel.plan.Sink;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that an executor needs to run one task attempt. Everything the plan names is listed here
 * once, so that the executor need not walk the plan to resolve names, to pin what is read, or to
 * choose where to write.
 *
 * @param closures the closures in the plan
 * @param broadcasts the broadcasts that those closures capture
 * @param reads the persisted blocks, shuffle tables and inputs that the plan reads
 * @param caches the blocks that the plan materializes, with their levels
 * @param output the map output or result that the plan writes, or null (a text file names itself)
 * @param path the driver's {@code sys.path}
 * @param properties the job's local properties
 * @param language the language that the plan's sink is run in; crossings in the plan lead to others
 * @param barrier how many tasks its barrier stage has, or 0 when it is not of one
 */
public record TaskDescription(
    TaskAttempt attempt,
    Sink plan,
    Set<ClosureId> closures,
    Set<BroadcastId> broadcasts,
    Set<BlockId> reads,
    Map<BlockId.Rdd, StorageLevel> caches,
    @Nullable BlockId output,
    List<String> path,
    Map<String, String> properties,
    Language language,
    int barrier) {

  public TaskDescription {
    requireNonNull(attempt, "attempt is null");
    requireNonNull(plan, "plan is null");
    requireNonNull(closures, "closures is null");
    requireNonNull(broadcasts, "broadcasts is null");
    requireNonNull(reads, "reads is null");
    requireNonNull(caches, "caches is null");
    requireNonNull(path, "path is null");
    requireNonNull(properties, "properties is null");
    requireNonNull(language, "language is null");
  }

  /** Names the attempt only: plans may be too deep to print. */
  @Override
  public String toString() {
    return "TaskDescription[" + attempt + "]";
  }
}
