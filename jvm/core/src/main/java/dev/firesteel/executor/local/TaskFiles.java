package dev.firesteel.executor.local;

import static java.util.Objects.requireNonNull;

import dev.firesteel.executor.TaskNames;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.interpreter.Room;
import dev.firesteel.lineage.Language;
import dev.firesteel.plan.Source;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.shuffle.MissingMapOutputException;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.storage.MemoryTier;
import dev.firesteel.storage.Tiers;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskReport;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of one task attempt: the path of every name in its plan. What it reads is pinned until
 * this is closed; what it writes has a path of the attempt's own, so that no attempt meets
 * another's. Used by the one thread that runs the attempt.
 *
 * <p>A file in the memory tier has an allowance, which the worker has extended before it writes
 * more. When that is refused, a file that may be on disk goes on there, and a block that may not is
 * not kept.
 */
final class TaskFiles implements TaskNames, AutoCloseable {
  private static final Log LOG = Log.of("executor");

  /** What a cached block may take before the worker has to ask. */
  private static final long FIRST_ALLOWANCE = 1 << 20;

  private final Stores stores;
  private final Map<String, Location> locations = new LinkedHashMap<>();
  private final Map<String, Allowance> allowances = new LinkedHashMap<>();
  private final Set<Location> written = new HashSet<>();
  private final List<BlockManager.Pin> pins;

  /** Where names are resolved. */
  record Stores(
      String executor,
      BlockManager blocks,
      MapOutputTracker outputs,
      DriverFiles driver,
      Tiers tiers,
      MemoryTier memory) {
    Stores {
      requireNonNull(executor, "executor is null");
      requireNonNull(blocks, "blocks is null");
      requireNonNull(outputs, "outputs is null");
      requireNonNull(driver, "driver is null");
      requireNonNull(tiers, "tiers is null");
      requireNonNull(memory, "memory is null");
    }
  }

  /** What an attempt may write into one file of the memory tier. */
  private static final class Allowance {
    final Location location;

    /** Where the file goes on when there is no room, or null when it may only be in memory. */
    final @Nullable Path otherwise;

    /** The RDD of a cached block, for which others may have to go; null for a result. */
    final @Nullable NodeId wanter;

    final long first;

    Allowance(Location location, @Nullable Path otherwise, @Nullable NodeId wanter, long first) {
      this.location = location;
      this.otherwise = otherwise;
      this.wanter = wanter;
      this.first = first;
    }
  }

  /** Something that the plan reads does not exist any more. */
  static final class MissingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient FailureReport failure;

    MissingException(FailureReport failure) {
      super(failure.message());
      this.failure = failure;
    }

    FailureReport failure() {
      return failure;
    }
  }

  private TaskFiles(Stores stores, List<BlockManager.Pin> pins) {
    this.stores = stores;
    this.pins = new ArrayList<>(pins);
  }

  /**
   * Claims the cached blocks that a task reads. Does no IO.
   *
   * @return a block that is gone; no block is claimed then
   */
  static Optional<BlockId.Rdd> pin(
      TaskDescription task, BlockManager blocks, List<BlockManager.Pin> pins) {
    for (BlockId read : task.plan().reads()) {
      if (read instanceof BlockId.Rdd rdd) {
        Optional<BlockManager.Pin> pin = blocks.pin(rdd);
        if (pin.isEmpty()) {
          pins.forEach(BlockManager.Pin::close);
          pins.clear();
          return Optional.of(rdd);
        }
        pins.add(pin.get());
      }
    }
    return Optional.empty();
  }

  /**
   * Resolves what a task needs. May write a shuffle's table, and may move blocks to make room.
   *
   * @param pins the claims on the blocks that it reads, which are given up with this
   * @throws MissingException when something to be read is not there
   */
  static TaskFiles resolve(TaskDescription task, List<BlockManager.Pin> pins, Stores stores)
      throws IOException, MissingException {
    TaskFiles files = new TaskFiles(stores, pins);
    try {
      for (BlockManager.Pin pin : pins) {
        files.locations.put(pin.block().id().name(), pin.block().location());
      }
      for (ClosureId closure : task.plan().closures()) {
        files.fromDriver(new BlockId.Closure(closure));
      }
      for (BroadcastId broadcast : task.plan().broadcasts()) {
        files.fromDriver(new BlockId.Broadcast(broadcast));
      }
      for (BlockId read : task.plan().reads()) {
        files.read(read);
      }
      Set<BlockId.Rdd> ofJava = ofJava(task);
      for (Map.Entry<BlockId.Rdd, StorageLevel> cached : task.plan().caches().entrySet()) {
        boolean objects = cached.getValue().deserialized() && ofJava.contains(cached.getKey());
        files.cache(cached.getKey(), cached.getValue(), task.attempt(), objects);
      }
      BlockId output = task.plan().output();
      if (output != null) {
        files.write(output, task.attempt());
      }
      return files;
    } catch (IOException | MissingException | RuntimeException e) {
      files.removeWritten();
      files.close();
      throw e;
    }
  }

  private void read(BlockId id) throws IOException, MissingException {
    if (id instanceof BlockId.Shuffle shuffle) {
      try {
        locations.put(id.name(), locate(stores.outputs().table(shuffle.shuffle())));
      } catch (MissingMapOutputException e) {
        throw missing(String.valueOf(e.getMessage()), e);
      }
    } else if (!(id instanceof BlockId.Rdd)) { // those are pinned
      fromDriver(id);
    }
  }

  private void fromDriver(BlockId id) throws MissingException {
    Optional<Path> path = stores.driver().find(id);
    if (path.isEmpty()) {
      throw new MissingException(
          new FailureReport(
              FailureKind.INTERNAL,
              id.name() + " is not known: the driver has released it, or never sent it",
              null,
              null,
              null));
    }
    locations.put(id.name(), stores.tiers().locate(Location.DRIVER, path.get()));
  }

  /** The blocks of Java records that a task materializes, those of all its halves in Java. */
  private static Set<BlockId.Rdd> ofJava(TaskDescription task) {
    Set<BlockId.Rdd> found = new HashSet<>();
    if (task.plan().caches().isEmpty()) {
      return found;
    }
    Source plan = task.plan().sink().source();
    if (task.plan().language() == Language.JAVA) {
      addMaterialized(plan, found);
    }
    for (Source.Crossing crossing : task.plan().crossings()) {
      if (crossing.from() == Language.JAVA) {
        addMaterialized(crossing.source(), found);
      }
    }
    return found;
  }

  private static void addMaterialized(Source half, Set<BlockId.Rdd> found) {
    for (Source source : half.half()) {
      if (source instanceof Source.Cached cached) {
        found.add(cached.block());
      }
    }
  }

  private void cache(BlockId.Rdd id, StorageLevel level, TaskAttempt attempt, boolean asObjects) {
    if (asObjects && level.memory()) {
      Location objects = new Location.Heap(stores.executor(), fileName(id, attempt));
      put(id, objects);
      Path otherwise = level.disk() ? onDisk(id, attempt) : null;
      allowances.put(id.name(), new Allowance(objects, otherwise, id.node(), 0));
      return;
    }
    Path root = stores.tiers().memory();
    if (!level.memory() || root == null) {
      put(id, locate(onDisk(id, attempt)));
      return;
    }
    Path path = root.resolve(fileName(id, attempt));
    boolean room = stores.blocks().charge(path, FIRST_ALLOWANCE, id.node());
    if (!room && level.disk()) {
      put(id, locate(onDisk(id, attempt)));
      return;
    }
    put(id, locate(path));
    Path otherwise = level.disk() ? onDisk(id, attempt) : null;
    allowances.put(
        id.name(), new Allowance(locate(path), otherwise, id.node(), room ? FIRST_ALLOWANCE : 0));
  }

  private void write(BlockId output, TaskAttempt attempt) {
    Path root = stores.tiers().memory();
    if (root == null || !(output instanceof BlockId.Result)) {
      put(output, locate(onDisk(output, attempt)));
      return;
    }
    Path path = root.resolve(fileName(output, attempt));
    put(output, locate(path));
    allowances.put(output.name(), new Allowance(locate(path), onDisk(output, attempt), null, 0));
  }

  private void put(BlockId id, Location location) {
    locations.put(id.name(), location);
    written.add(location);
  }

  private Location.File locate(Path file) {
    return stores.tiers().locate(stores.executor(), file);
  }

  private Path onDisk(BlockId id, TaskAttempt attempt) {
    return stores.tiers().disk(id.name(), attempt.attempt()).resolve(fileName(id, attempt));
  }

  private static String fileName(BlockId id, TaskAttempt attempt) {
    return id.name() + "." + attempt.id();
  }

  private static MissingException missing(String message, MissingMapOutputException lost) {
    BlockId.ShuffleMap output = new BlockId.ShuffleMap(lost.shuffle(), lost.map());
    return new MissingException(
        new FailureReport(FailureKind.CORRUPT, message, null, null, output));
  }

  @Override
  public Map<String, Location> locations() {
    return locations;
  }

  @Override
  public Location.File written(Path file) {
    return locate(file);
  }

  @Override
  public Map<String, Long> space() {
    Map<String, Long> space = new LinkedHashMap<>();
    allowances.forEach((name, allowance) -> space.put(name, allowance.first));
    return space;
  }

  /** May move or remove blocks to make room. */
  @Override
  public Room.Grant extend(String name, long wish, long least) {
    Allowance allowance = allowances.get(name);
    if (allowance == null) {
      throw new IllegalArgumentException("there is no allowance for " + name);
    }
    long granted = stores.blocks().extend(allowance.location, wish, least, allowance.wanter);
    if (granted > 0) {
      return new Room.Grant(granted, null);
    }
    // It goes on elsewhere, or is given up. Kept until the task's end, its charge could have
    // another task refused whose block there would be room for, and of two large blocks none would
    // be kept.
    stores.blocks().release(allowance.location);
    Path path = allowance.otherwise;
    if (path != null) {
      written.add(locate(path));
    }
    return new Room.Grant(0, path);
  }

  @Override
  public void tableLost(ShuffleId shuffle) {
    stores.outputs().tableLost(shuffle);
  }

  /** The attempt has succeeded: what it wrote counts with its real size. */
  void settle(TaskReport report) {
    Map<Location, Long> sizes = new LinkedHashMap<>();
    for (StoredBlock block : report.blocks()) {
      sizes.put(block.location(), block.bytes());
    }
    OutputFile output = report.output();
    if (output != null) {
      sizes.put(output.location(), output.bytes());
    }
    for (Allowance allowance : allowances.values()) {
      Long size = sizes.get(allowance.location);
      if (size == null) {
        stores.blocks().release(allowance.location); // nothing was left there
      } else if (allowance.location instanceof Location.File file) { // objects have settled it
        stores.memory().settle(file.toPath(), size);
      }
    }
  }

  /** Removes what the attempt wrote, complete or not. */
  void removeWritten() {
    for (Location location : written) {
      try {
        if (location instanceof Location.File file) {
          FileTrees.delete(file.toPath());
          FileTrees.delete(Path.of(file.path() + ".tmp"));
        }
        stores.blocks().release(location);
      } catch (IOException e) {
        LOG.warn("The file " + location + " of a failed task can't be removed: " + e);
      }
    }
  }

  /** Gives up the pins. */
  @Override
  public void close() {
    for (BlockManager.Pin pin : pins) {
      pin.close();
    }
    pins.clear();
  }
}
