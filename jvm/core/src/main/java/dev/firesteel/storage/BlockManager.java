package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The names of the blocks that exist, and where they are; and who has to go when the memory tier,
 * or the part of the heap for objects, is full. It never opens a block.
 *
 * <p>Thread-safe. Only {@link #makeRoom} does IO, and it must not be called on the scheduler's
 * thread; otherwise files are removed through the executor that the constructor takes, and only
 * when nobody has them pinned. A block that was dropped or moved while it was pinned is no longer
 * found there, and the file goes with its last pin.
 *
 * <p>Eviction: the block that was used longest ago goes first; never one that is pinned, and never
 * one of the RDD that wants the room, since those are the ones that it will need next. Nothing goes
 * when all that may go would not be enough. Files and objects are in one order; where there is no
 * room decides which of them can help.
 */
public final class BlockManager {
  private static final Log LOG = Log.of("storage");

  /** Another task may take the room that was made, so it is made again, but not for ever. */
  private static final int MAX_TRIES = 8;

  private final MemoryTier memory;
  private final ObjectStore objects;
  private final Tiers tiers;
  private final Executor cleanup;
  private volatile BlockListener listener = (block, attempt) -> {};

  /** Guarded by this; the least recently used block comes first. */
  private final Map<BlockId, Held> blocks = new LinkedHashMap<>(16, 0.75f, true);

  /** One file of a block; it is removed when it is obsolete and not pinned. Guarded by this. */
  private static final class BlockFile {
    final StoredBlock block;
    int pins;
    boolean obsolete;

    BlockFile(StoredBlock block) {
      this.block = block;
    }
  }

  /** A block: its level and the file that it is in now. Guarded by this. */
  private static final class Held {
    final StorageLevel level;
    BlockFile file;
    boolean leaving;

    Held(StoredBlock block, StorageLevel level) {
      this.file = new BlockFile(block);
      this.level = level;
    }
  }

  /** A claim on a block's file; it stays until the pin is closed. */
  public final class Pin implements AutoCloseable {
    private final BlockFile file;
    private boolean open = true;

    private Pin(BlockFile file) {
      this.file = file;
    }

    public StoredBlock block() {
      return file.block;
    }

    @Override
    public void close() {
      synchronized (BlockManager.this) {
        if (!open) {
          return;
        }
        open = false;
        file.pins--;
        if (file.pins > 0 || !file.obsolete) {
          return;
        }
      }
      discard(file.block.location());
    }
  }

  /**
   * A manager without blocks.
   *
   * @param memory counts what is in the memory tier
   * @param objects holds the blocks that are objects; room in its memory is made here from now on
   * @param tiers where files of either tier go
   * @param cleanup runs the removal of files
   */
  public BlockManager(MemoryTier memory, ObjectStore objects, Tiers tiers, Executor cleanup) {
    this.memory = requireNonNull(memory, "memory is null");
    this.objects = requireNonNull(objects, "objects is null");
    this.tiers = requireNonNull(tiers, "tiers is null");
    this.cleanup = requireNonNull(cleanup, "cleanup is null");
    objects.memory().evictBy(bytes -> makeRoom(bytes, null, true));
  }

  /** A manager without blocks, of which none can be objects. */
  public BlockManager(MemoryTier memory, Tiers tiers, Executor cleanup) {
    this(memory, ObjectStore.none(), tiers, cleanup);
  }

  /** The blocks that are objects. */
  public ObjectStore objects() {
    return objects;
  }

  /** Who is told of evicted blocks from now on. */
  public void listen(BlockListener evictions) {
    this.listener = requireNonNull(evictions, "evictions is null");
  }

  /** Whether a block exists. */
  public synchronized boolean contains(BlockId id) {
    return blocks.containsKey(id);
  }

  /** What is known of a block, when it exists. */
  public synchronized Optional<StoredBlock> get(BlockId id) {
    Held held = blocks.get(id);
    return held == null ? Optional.empty() : Optional.of(held.file.block);
  }

  /** Claims a block's file for as long as a task reads it, when the block exists. */
  public synchronized Optional<Pin> pin(BlockId id) {
    Held held = blocks.get(id);
    if (held == null) {
      return Optional.empty();
    }
    held.file.pins++;
    return Optional.of(new Pin(held.file));
  }

  /**
   * Records a block whose file is complete. The first file of a name stays: a second one, of
   * another attempt, is removed, because plans may carry the first one's attempt already.
   *
   * @return the block that is held now
   */
  public StoredBlock register(StoredBlock block, StorageLevel level) {
    StoredBlock first;
    synchronized (this) {
      Held known = blocks.get(block.id());
      if (known == null) {
        blocks.put(block.id(), new Held(block, level));
        if (block.location() instanceof Location.MemoryFile file) {
          memory.settle(file.toPath(), block.bytes());
        }
        return block;
      }
      first = known.file.block;
    }
    if (!first.location().equals(block.location())) {
      discard(block.location());
    }
    return first;
  }

  /**
   * Forgets a block; its file is removed when no task has it pinned. An unknown one has no effect.
   */
  public void drop(BlockId id) {
    BlockFile file;
    synchronized (this) {
      Held held = blocks.remove(id);
      if (held == null) {
        return;
      }
      file = held.file;
      file.obsolete = true;
      if (file.pins > 0) {
        return;
      }
    }
    discard(file.block.location());
  }

  /** Removes a file or objects that nobody refers to any more, and what they were charged. */
  public void discard(Location location) {
    cleanup.execute(() -> delete(location));
  }

  /** Removes a file or directory that nobody refers to any more, and what it was charged. */
  public void discard(Path file) {
    cleanup.execute(() -> delete(file));
  }

  /** What was written of a file or a block of objects has gone, and with it the charge. */
  public void release(Location location) {
    if (location instanceof Location.Heap block) {
      objects.remove(block);
    } else if (location instanceof Location.File file) {
      memory.release(file.toPath());
    }
  }

  /** The driver has written a file into one of the tiers; it counts as long as it is there. */
  public void written(Path file) {
    if (tiers.isMemory(file)) {
      cleanup.execute(
          () -> {
            try {
              memory.settle(file, Files.size(file));
            } catch (IOException e) {
              LOG.debug("The file " + file + " went before it was counted: " + e);
            }
          });
    }
  }

  /** How many blocks there are. */
  public synchronized int size() {
    return blocks.size();
  }

  /**
   * Charges bytes of the memory tier to a file, evicting blocks where that helps. Does IO.
   *
   * @param wanter the RDD whose block the file is, which keeps its other blocks; null for a file
   *     that takes free room only
   * @return whether they are charged
   */
  public boolean charge(Path file, long bytes, @Nullable NodeId wanter) {
    if (bytes > memory.capacity()) {
      return false;
    }
    if (memory.charge(file, bytes)) {
      return true;
    }
    sweep();
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      if (memory.charge(file, bytes)) {
        return true;
      }
      long missing = memory.missing(bytes);
      if (missing > 0 && (wanter == null || !makeRoom(missing, wanter))) {
        return false;
      }
    }
    return false;
  }

  /**
   * Charges bytes of the heap to a block of objects, evicting others where that helps. Does IO.
   *
   * @param wanter the RDD of the block, which keeps its other blocks
   * @return whether they are charged
   */
  boolean chargeObjects(Location.Heap block, long bytes, @Nullable NodeId wanter) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      if (objects.charge(block, bytes)) {
        return true;
      }
      if (objects.memory().hopeless(bytes)) {
        return false;
      }
      long missing = objects.memory().missing(bytes);
      if (missing > 0 && (wanter == null || !makeRoom(missing, wanter, true))) {
        return false;
      }
    }
    return false;
  }

  /**
   * Charges as many bytes of the memory tier (of the heap, to objects) to a file as there are, up
   * to a wish. Blocks are evicted for what is needed only, not for the rest of the wish. Does IO.
   *
   * @param wish how many would be good
   * @param least how many are needed
   * @param wanter the RDD of the file, for which blocks of others may go; null when none may
   * @return how many are charged: nothing, or from {@code least} to {@code wish}
   */
  public long extend(Location location, long wish, long least, @Nullable NodeId wanter) {
    if (location instanceof Location.Heap block) {
      for (long bytes = wish; bytes > least; bytes /= 4) {
        if (objects.charge(block, bytes)) {
          return bytes;
        }
      }
      return chargeObjects(block, least, wanter) ? least : 0;
    }
    return location instanceof Location.MemoryFile file
        ? extend(file.toPath(), wish, least, wanter)
        : 0;
  }

  private long extend(Path file, long wish, long least, @Nullable NodeId wanter) {
    for (long bytes = wish; bytes > least; bytes /= 4) {
      if (charge(file, bytes, null)) {
        return bytes;
      }
    }
    return charge(file, least, wanter) ? least : 0;
  }

  /** Files that somebody else has removed, as the driver does with results, take no room. */
  private void sweep() {
    for (Path file : memory.settled()) {
      if (!Files.exists(file)) {
        memory.release(file);
      }
    }
  }

  /**
   * Evicts blocks until so many bytes of the memory tier are free, or none when that is impossible.
   * Does IO.
   *
   * @return whether blocks have gone
   */
  boolean makeRoom(long bytes, NodeId wanter) {
    return makeRoom(bytes, wanter, false);
  }

  private boolean makeRoom(long bytes, @Nullable NodeId wanter, boolean inHeap) {
    List<Held> victims = choose(bytes, wanter, inHeap);
    for (Held victim : victims) {
      if (!(victim.level.disk() && move(victim))) {
        evict(victim);
      }
    }
    return !victims.isEmpty();
  }

  private synchronized List<Held> choose(long bytes, @Nullable NodeId wanter, boolean inHeap) {
    List<Held> victims = new ArrayList<>();
    long found = 0;
    for (Held held : blocks.values()) {
      StoredBlock block = held.file.block;
      if (found >= bytes) {
        break;
      }
      if (held.file.pins == 0
          && !held.leaving
          && (inHeap
              ? block.location() instanceof Location.Heap
              : block.location() instanceof Location.MemoryFile)
          && block.id() instanceof BlockId.Rdd rdd
          && !rdd.node().equals(wanter)) {
        victims.add(held);
        found += block.bytes();
      }
    }
    if (found < bytes) {
      return List.of();
    }
    victims.forEach(victim -> victim.leaving = true);
    return victims;
  }

  /** Copies a block to the disk tier; false when that is impossible. */
  private boolean move(Held victim) {
    StoredBlock from = victim.file.block;
    Path target = tiers.disk(from.id().name(), 0).resolve(from.location().name());
    long bytes;
    try {
      bytes = from.bytes();
      if (from.location() instanceof Location.Heap block) {
        bytes = objects.write(from, block, target);
      } else if (from.location() instanceof Location.File file) {
        FileTrees.copy(file.toPath(), target);
      }
    } catch (IOException | RuntimeException e) { // of objects, what their serialization throws
      LOG.warn(
          "The block "
              + from.id().name()
              + " of "
              + from.bytes()
              + " bytes can't be moved to "
              + target.getParent()
              + ", and is dropped: "
              + e);
      return false;
    }
    boolean idle;
    synchronized (this) {
      victim.leaving = false;
      if (victim.file.obsolete) { // dropped meanwhile, and its file goes with that
        discard(target);
        return true;
      }
      victim.file.obsolete = true;
      idle = victim.file.pins == 0;
      victim.file =
          new BlockFile(
              new StoredBlock(
                  from.id(),
                  new Location.DiskFile(from.location().executor(), target.toString()),
                  bytes,
                  from.records(),
                  from.attempt()));
    }
    if (idle) {
      delete(from.location());
    }
    return true;
  }

  private void evict(Held victim) {
    StoredBlock block = victim.file.block;
    synchronized (this) {
      if (victim.file.obsolete) {
        return; // dropped meanwhile
      }
      if (victim.file.pins > 0) {
        victim.leaving = false; // somebody has begun to read it
        return;
      }
      victim.file.obsolete = true;
      blocks.remove(block.id());
    }
    delete(block.location());
    if (block.id() instanceof BlockId.Rdd rdd) {
      listener.evicted(rdd, block.attempt());
    }
  }

  private void delete(Location location) {
    if (location instanceof Location.Heap block) {
      objects.remove(block);
    } else if (location instanceof Location.File file) {
      delete(file.toPath());
    }
  }

  private void delete(Path file) {
    try {
      FileTrees.delete(file);
    } catch (IOException e) {
      LOG.warn("The file " + file + " can't be removed: " + e);
      return; // it takes its room still
    }
    memory.release(file);
  }
}
