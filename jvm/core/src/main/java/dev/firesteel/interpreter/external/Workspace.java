package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import dev.firesteel.memory.TaskMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one task has to work with: its share of the memory, a directory for spill files, and how
 * records are written. Everything that was opened in it is closed with it. For the task's thread
 * only.
 */
public final class Workspace implements AutoCloseable {
  private static final int LEAST_BATCH = 4 << 10;
  private static final int MOST_BATCH = 64 << 10;
  private static final long PER_RUN = 2 << 20;
  private static final int FEWEST_RUNS = 4;
  private static final int MOST_RUNS = 64;

  private final TaskMemory memory;
  private final Path scratch;
  private final Format format;
  private final long attempt;
  private final Runnable check;
  private final List<SpillFile> files = new ArrayList<>();
  private long spilled;
  private int segments;

  /**
   * A workspace without files.
   *
   * @param memory the task's; closed with this
   * @param scratch where spill files are made
   * @param attempt the task attempt, which seeds the checksums of what is spilled
   * @param check called often; throws when the task is to end
   */
  public Workspace(TaskMemory memory, Path scratch, Format format, long attempt, Runnable check) {
    this.memory = requireNonNull(memory, "memory is null");
    this.scratch = requireNonNull(scratch, "scratch is null");
    this.format = requireNonNull(format, "format is null");
    this.attempt = attempt;
    this.check = requireNonNull(check, "check is null");
  }

  public TaskMemory memory() {
    return memory;
  }

  public Format format() {
    return format;
  }

  /** Goes on unless the task is to end. */
  void check() {
    check.run();
  }

  /** A new file for what has no room. */
  SpillFile spillFile() throws IOException {
    SpillFile file = new SpillFile(this, scratch, attempt);
    files.add(file);
    return file;
  }

  int nextSegment() {
    return segments++;
  }

  void wrote(long bytes) {
    spilled += bytes;
  }

  /** How many bytes have been spilled. */
  public long spilled() {
    return spilled;
  }

  /** How long batches in spill files should be: of each run that is merged one is in memory. */
  int spillBatch() {
    return (int) Math.max(LEAST_BATCH, Math.min(MOST_BATCH, memory.limit() >> 10));
  }

  /** How many runs are merged at a time. */
  public int fanIn() {
    return (int) Math.max(FEWEST_RUNS, Math.min(MOST_RUNS, memory.share() / PER_RUN));
  }

  /** Removes the files and gives the memory back. Idempotent. */
  @Override
  public void close() {
    files.forEach(SpillFile::close);
    files.clear();
    memory.close();
  }
}
