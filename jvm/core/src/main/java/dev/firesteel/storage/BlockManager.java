package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.lineage.NodeId;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The names of the blocks that exist, and where they are. It never opens a block.
 *
 * <p>Thread-safe, and none of its methods does IO: files are removed through the executor that the
 * constructor takes, and only when nobody has the block pinned. A block that was dropped while
 * pinned is no longer found, and goes with its last pin.
 */
public final class BlockManager {
  private static final Log LOG = Log.of("storage");

  private final MemoryTier memory;
  private final @Nullable Path memoryRoot;
  private final Executor cleanup;

  // Guarded by this.
  private final Map<BlockId, Held> blocks = new HashMap<>();

  /** A block and how many tasks read it. */
  private static final class Held {
    final StoredBlock block;
    int pins;
    boolean dropped;

    Held(StoredBlock block) {
      this.block = block;
    }
  }

  /** A claim on a block's file; it stays until the pin is closed. */
  public final class Pin implements AutoCloseable {
    private final Held held;
    private boolean open = true;

    private Pin(Held held) {
      this.held = held;
    }

    public StoredBlock block() {
      return held.block;
    }

    @Override
    public void close() {
      synchronized (BlockManager.this) {
        if (!open) {
          return;
        }
        open = false;
        held.pins--;
        if (held.pins > 0 || !held.dropped) {
          return;
        }
      }
      discard(held.block);
    }
  }

  /**
   * A manager without blocks.
   *
   * @param memory counts what is in the memory tier
   * @param memoryRoot the memory tier's directory, or null when there is none
   * @param cleanup runs the removal of files
   */
  public BlockManager(MemoryTier memory, @Nullable Path memoryRoot, Executor cleanup) {
    this.memory = requireNonNull(memory, "memory is null");
    this.memoryRoot = memoryRoot;
    this.cleanup = requireNonNull(cleanup, "cleanup is null");
  }

  /** Whether a block exists. */
  public synchronized boolean contains(BlockId id) {
    return blocks.containsKey(id);
  }

  /** What is known of a block, when it exists. */
  public synchronized Optional<StoredBlock> get(BlockId id) {
    Held held = blocks.get(id);
    return held == null ? Optional.empty() : Optional.of(held.block);
  }

  /** Claims a block's file for as long as a task reads it, when the block exists. */
  public synchronized Optional<Pin> pin(BlockId id) {
    Held held = blocks.get(id);
    if (held == null) {
      return Optional.empty();
    }
    held.pins++;
    return Optional.of(new Pin(held));
  }

  /**
   * Records a block whose file is complete. The first file of a name stays: a second one, of
   * another attempt, is removed, because plans may carry the first one's attempt already.
   *
   * @return the block that is held now
   */
  public StoredBlock register(StoredBlock block) {
    StoredBlock first;
    synchronized (this) {
      Held known = blocks.get(block.id());
      if (known == null) {
        blocks.put(block.id(), new Held(block));
        count(block, 1);
        return block;
      }
      first = known.block;
    }
    if (!first.path().equals(block.path())) {
      cleanup.execute(() -> delete(block.path()));
    }
    return first;
  }

  /**
   * Forgets a block; its file is removed when no task has it pinned. An unknown one has no effect.
   */
  public void drop(BlockId id) {
    Held held;
    synchronized (this) {
      held = blocks.remove(id);
      if (held == null) {
        return;
      }
      held.dropped = true;
      if (held.pins > 0) {
        return;
      }
    }
    discard(held.block);
  }

  /** Forgets every block of a persisted RDD. */
  public void dropAll(NodeId node) {
    List<BlockId> ids = new ArrayList<>();
    synchronized (this) {
      for (BlockId id : blocks.keySet()) {
        if (id instanceof BlockId.Rdd rdd && rdd.node().equals(node)) {
          ids.add(id);
        }
      }
    }
    for (BlockId id : ids) {
      drop(id);
    }
  }

  /** Removes a file that belongs to no block, such as the result of a job that has failed. */
  public void discard(Path file) {
    cleanup.execute(() -> delete(file));
  }

  /** How many blocks there are. */
  public synchronized int size() {
    return blocks.size();
  }

  private void discard(StoredBlock block) {
    cleanup.execute(
        () -> {
          delete(block.path());
          count(block, -1);
        });
  }

  private void count(StoredBlock block, int sign) {
    if (memoryRoot != null && block.path().startsWith(memoryRoot)) {
      memory.add(sign * block.bytes());
    }
  }

  private static void delete(Path file) {
    try {
      FileTrees.delete(file);
    } catch (IOException e) {
      LOG.warn("The block file " + file + " can't be removed: " + e);
    }
  }
}
