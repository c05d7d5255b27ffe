package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import dev.firesteel.memory.TaskMemory;
import dev.firesteel.records.BatchDecoder;
import dev.firesteel.records.BatchEncoder;
import dev.firesteel.util.Log;
import java.io.Closeable;
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
  private static final Log LOG = Log.of("spill");
  private static final long PER_RUN = 2 << 20;
  private static final int FEWEST_RUNS = 4;
  private static final int MOST_RUNS = 64;

  private final TaskMemory memory;
  private final Path scratch;
  private final BatchEncoder encoder = new BatchEncoder();
  private final BatchDecoder decoder;
  private final long attempt;
  private final Runnable check;
  private final List<Closeable> open = new ArrayList<>();
  private long spilled;
  private int numbers;

  /**
   * A workspace without files.
   *
   * @param memory the task's; closed with this
   * @param scratch where spill files are made
   * @param loader where the classes of records are found
   * @param attempt the task attempt, which seeds the checksums of what is spilled
   * @param check called often; throws when the task is to end
   */
  public Workspace(
      TaskMemory memory, Path scratch, ClassLoader loader, long attempt, Runnable check) {
    this.memory = requireNonNull(memory, "memory is null");
    this.scratch = requireNonNull(scratch, "scratch is null");
    this.decoder = new BatchDecoder(loader);
    this.attempt = attempt;
    this.check = requireNonNull(check, "check is null");
  }

  public TaskMemory memory() {
    return memory;
  }

  /** Makes batches of records. */
  public BatchEncoder encoder() {
    return encoder;
  }

  /** Makes records of batches. */
  public BatchDecoder decoder() {
    return decoder;
  }

  /** Something that was opened, to be closed with this if not before. */
  void closing(Closeable opened) {
    open.add(opened);
  }

  /** Goes on unless the task is to end. */
  void check() {
    check.run();
  }

  /** A new file for what has no room. */
  SpillFile spillFile() {
    SpillFile file = new SpillFile(this, scratch);
    closing(file);
    return file;
  }

  /** A number that no file or segment has had before. */
  public int nextNumber() {
    return numbers++;
  }

  long attempt() {
    return attempt;
  }

  void wrote(long bytes) {
    spilled += bytes;
  }

  /** How many bytes have been spilled. */
  public long spilled() {
    return spilled;
  }

  /** How many runs are merged at a time. */
  public int fanIn() {
    return (int) Math.max(FEWEST_RUNS, Math.min(MOST_RUNS, memory.share() / PER_RUN));
  }

  /** Removes the files and gives the memory back. Idempotent. */
  @Override
  public void close() {
    for (Closeable each : open) {
      try {
        each.close();
      } catch (IOException e) {
        LOG.warn("A file of a task that has ended can't be closed: " + e);
      }
    }
    open.clear();
    memory.close();
  }
}
