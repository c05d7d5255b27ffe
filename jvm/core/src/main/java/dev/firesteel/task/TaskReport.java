package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.id.StoredBlock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says about an attempt that succeeded.
 *
 * @param result the bytes of a small result's block file, or null
 * @param output the file written (result, map output, text file), or null if there is none
 * @param shuffle the sections of the map output, or null if the sink was another
 * @param blocks the blocks materialized on the way
 * @param records how many records went into the sink
 * @param accumulators what was added to accumulators, by language
 * @param metrics measurements by name
 */
public record TaskReport(
    byte @Nullable [] result,
    @Nullable OutputFile output,
    @Nullable ShuffleReport shuffle,
    List<StoredBlock> blocks,
    long records,
    List<AccumulatorUpdate> accumulators,
    Map<String, Long> metrics) {
  // Written out, because the compiler loses the annotations of a compact constructor's parameters.
  public TaskReport(
      byte @Nullable [] result,
      @Nullable OutputFile output,
      @Nullable ShuffleReport shuffle,
      List<StoredBlock> blocks,
      long records,
      List<AccumulatorUpdate> accumulators,
      Map<String, Long> metrics) {
    this.result = result;
    this.output = output;
    this.shuffle = shuffle;
    this.blocks = List.copyOf(requireNonNull(blocks, "blocks is null"));
    this.records = records;
    this.accumulators = List.copyOf(requireNonNull(accumulators, "accumulators is null"));
    this.metrics = Map.copyOf(requireNonNull(metrics, "metrics is null"));
  }

  /** The report of the whole plan, when this is that of its outermost half. */
  public TaskReport with(List<TaskReport> halves) {
    if (halves.isEmpty()) {
      return this;
    }
    List<StoredBlock> made = new ArrayList<>(blocks);
    List<AccumulatorUpdate> added = new ArrayList<>(accumulators);
    Map<String, Long> sums = new LinkedHashMap<>(metrics);
    for (TaskReport half : halves) {
      made.addAll(half.blocks());
      added.addAll(half.accumulators());
      half.metrics().forEach((name, value) -> sums.merge(name, value, Long::sum));
    }
    return new TaskReport(result, output, shuffle, made, records, added, sums);
  }
}
