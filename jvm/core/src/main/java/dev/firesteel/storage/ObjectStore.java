package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.memory.HeapMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that are kept as objects in the heap. What it takes is charged to the heap's memory,
 * in steps while the block is being computed, and is an estimate.
 *
 * <p>Thread-safe. The arrays are shared by all who read a block, and must not be changed.
 */
public final class ObjectStore {
  private final HeapMemory memory;
  private final Writer writer;

  // Guarded by this.
  private final Map<Location.Heap, Held> blocks = new HashMap<>();

  /** What a block is charged, and its records when it is complete. */
  private record Held(long bytes, Object @Nullable [] records) {}

  /** Writes objects to a file when they are moved out of the heap. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes the records of a block.
     *
     * @param path a file that does not exist yet
     * @return the length of the file
     */
    long write(Path path, BatchFile.Identity identity, Object[] records) throws IOException;
  }

  /** A store without blocks. */
  public ObjectStore(HeapMemory memory, Writer writer) {
    this.memory = requireNonNull(memory, "memory is null");
    this.writer = requireNonNull(writer, "writer is null");
  }

  /** A store that has no room for any block. */
  static ObjectStore none() {
    HeapMemory nothing = new HeapMemory(0, 0, 1, () -> false);
    return new ObjectStore(
        nothing,
        (path, identity, records) -> {
          throw new IllegalStateException("no block is kept as objects here: " + path);
        });
  }

  /** The memory that blocks are charged to. */
  HeapMemory memory() {
    return memory;
  }

  /** Charges more bytes to a block, when they are free. */
  boolean charge(Location.Heap block, long bytes) {
    requireNonNull(block, "block is null");
    if (!memory.store(bytes)) {
      return false;
    }
    synchronized (this) {
      Held before = blocks.get(block);
      blocks.put(
          block,
          before == null
              ? new Held(bytes, null)
              : new Held(before.bytes() + bytes, before.records()));
    }
    return true;
  }

  /** The block is complete: it takes so many bytes, which it has been charged, or less. */
  public synchronized void put(Location.Heap block, Object[] records, long bytes) {
    requireNonNull(records, "records is null");
    Held before = blocks.get(block);
    if (before == null || before.records() != null || bytes > before.bytes()) {
      throw new IllegalStateException(block + " has not been charged " + bytes + " bytes");
    }
    memory.free(before.bytes() - bytes);
    blocks.put(block, new Held(bytes, records));
  }

  /**
   * The records of a complete block.
   *
   * @throws IllegalStateException if it is not there: whoever reads a block has it pinned
   */
  public synchronized Object[] records(Location.Heap block) {
    Held held = blocks.get(block);
    Object[] records = held == null ? null : held.records();
    if (records == null) {
      throw new IllegalStateException("there are no objects of " + block);
    }
    return records;
  }

  /** Forgets a block, complete or not. An unknown one has no effect. */
  synchronized void remove(Location.Heap block) {
    Held held = blocks.remove(block);
    if (held != null) {
      memory.free(held.bytes());
    }
  }

  /** Writes a block to a file. */
  long write(StoredBlock block, Location.Heap from, Path path) throws IOException {
    BatchFile.Identity identity = new BatchFile.Identity(block.id().name(), 0, block.attempt());
    return writer.write(path, identity, records(from));
  }

  /** How many blocks there are. */
  public synchronized int size() {
    return blocks.size();
  }
}
