package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.job.JobResult.ResultRow;
import dev.firesteel.records.DamagedException;
import dev.firesteel.records.RecordReader;
import dev.firesteel.records.StoredRecords;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the results of jobs from the block files that tasks wrote. A file is removed when it has
 * been read; a damaged one is computed again.
 */
final class Results {
  private static final Log LOG = Log.of("driver");
  private static final int ATTEMPTS = 4;

  private Results() {}

  /** Runs a job and returns the records of each of its partitions, in their order. */
  static List<Object[]> collect(Jobs jobs, ClassLoader loader, Jobs.Job job)
      throws InterruptedException {
    Jobs.Ended ended = jobs.run(job);
    List<ResultRow> rows = ended.rows();
    Map<Integer, Object[]> found = new HashMap<>();
    for (int attempt = 1; ; attempt++) {
      Map<Integer, DamagedException> damaged = read(ended, loader, found);
      if (damaged.isEmpty()) {
        break;
      }
      if (attempt == ATTEMPTS) {
        DamagedException last = damaged.values().iterator().next();
        throw new JobFailedException(
            "A result of %s was damaged %d times: %s".formatted(job.site(), ATTEMPTS, last),
            last,
            "corrupt",
            ended.job(),
            damaged.keySet().iterator().next(),
            job.site(),
            null);
      }
      List<Integer> again = List.copyOf(damaged.keySet());
      ended =
          jobs.run(
              new Jobs.Job(
                  job.target(), again, job.sink(), job.site(), job.properties(), job.series()),
              false);
    }
    List<Object[]> partitions = new ArrayList<>(rows.size());
    for (ResultRow row : rows) {
      partitions.add(found.get(row.partition()));
    }
    return partitions;
  }

  private static Map<Integer, DamagedException> read(
      Jobs.Ended ended, ClassLoader loader, Map<Integer, Object[]> found) {
    Map<Integer, DamagedException> damaged = new HashMap<>();
    boolean complete = false;
    try {
      for (ResultRow row : ended.rows()) {
        try {
          found.put(row.partition(), read(ended.job(), row, loader));
        } catch (DamagedException e) {
          damaged.put(row.partition(), e);
        }
        remove(row.file());
      }
      complete = true;
      return damaged;
    } finally {
      if (!complete) {
        discard(ended.rows());
      }
    }
  }

  /** Removes results that will not be read. */
  static void discard(List<ResultRow> rows) {
    rows.forEach(row -> remove(row.file()));
  }

  private static Object[] read(long job, ResultRow row, ClassLoader loader) {
    Object[] records = new Object[Math.toIntExact(row.records())];
    byte[] inline = row.inline();
    Location.File file = row.file();
    if (inline == null && file == null) { // an empty section has no bytes
      return records;
    }
    String name = new BlockId.Result(job, row.partition()).name();
    StoredRecords.Block block =
        new StoredRecords.Block(name, row.attempt(), row.bytes(), row.records());
    try (RecordReader reader =
        inline != null
            ? StoredRecords.open(inline, block, loader)
            : StoredRecords.open(requireNonNull(file).toPath(), block, loader)) {
      for (int i = 0; reader.hasNext(); i++) {
        records[i] = reader.next();
      }
    }
    return records;
  }

  private static void remove(Location.@Nullable File file) {
    if (file == null) {
      return;
    }
    try {
      Files.deleteIfExists(file.toPath());
    } catch (IOException e) {
      LOG.warn("A result that has been read stays: " + e);
    }
  }
}
