package dev.firesteel.job;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a job ended. */
public sealed interface JobResult {

  /** Returns the pickled accumulator updates that count, in the order of stages and partitions. */
  List<byte[]> accumulators();

  /**
   * The job's partitions are all there.
   *
   * @param rows in the order of the request's partitions
   * @param notices sentences for the user
   */
  record Succeeded(List<ResultRow> rows, List<byte[]> accumulators, List<String> notices)
      implements JobResult {
    public Succeeded {
      rows = List.copyOf(rows);
      accumulators = List.copyOf(accumulators);
      notices = List.copyOf(notices);
    }
  }

  /** The job failed or was cancelled. */
  record Failed(JobFailure failure, List<byte[]> accumulators) implements JobResult {
    public Failed {
      requireNonNull(failure, "failure is null");
      accumulators = List.copyOf(accumulators);
    }
  }

  /**
   * One partition of the result: inline bytes of a block file, or its file.
   *
   * @param inline the bytes, or null
   * @param file where they are else, or null
   * @param attempt the task attempt that wrote it; checksums are seeded with it
   */
  record ResultRow(
      int partition,
      byte @Nullable [] inline,
      Location.@Nullable File file,
      long bytes,
      long records,
      long attempt) {}
}
