package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.lineage.BroadcastId;
import dev.firesteel.lineage.ClosureId;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.shuffle.MissingMapOutputException;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockId;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.storage.MemoryTier;
import dev.firesteel.storage.StorageLevel;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of one task attempt: the path of every name in its plan. What it reads is pinned until
 * this is closed; what it writes has a path of the attempt's own, so that no attempt meets
 * another's. Used by the one thread that runs the attempt.
 */
final class TaskFiles implements AutoCloseable {
  private static final Log LOG = Log.of("executor");

  private final Map<String, Path> paths = new LinkedHashMap<>();
  private final List<Path> written = new ArrayList<>();
  private final List<BlockManager.Pin> pins = new ArrayList<>();

  /** Where names are resolved. */
  record Stores(
      BlockManager blocks,
      MapOutputTracker outputs,
      DriverFiles driver,
      AppDirectories directories,
      MemoryTier memory) {
    Stores {
      requireNonNull(blocks, "blocks is null");
      requireNonNull(outputs, "outputs is null");
      requireNonNull(driver, "driver is null");
      requireNonNull(directories, "directories is null");
      requireNonNull(memory, "memory is null");
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

  private TaskFiles() {}

  /**
   * Resolves and pins what a task needs. May write a shuffle's table.
   *
   * @throws MissingException when something to be read is not there
   */
  static TaskFiles resolve(TaskDescription task, Stores stores)
      throws IOException, MissingException {
    TaskFiles files = new TaskFiles();
    try {
      for (ClosureId closure : task.closures()) {
        files.fromDriver(new BlockId.Closure(closure), stores);
      }
      for (BroadcastId broadcast : task.broadcasts()) {
        files.fromDriver(new BlockId.Broadcast(broadcast), stores);
      }
      for (BlockId read : task.reads()) {
        files.read(read, stores);
      }
      for (Map.Entry<BlockId.Rdd, StorageLevel> cached : task.caches().entrySet()) {
        files.write(cached.getKey(), cached.getValue().memory(), task.attempt(), stores);
      }
      BlockId output = task.output();
      if (output != null) {
        files.write(output, output instanceof BlockId.Result, task.attempt(), stores);
      }
      return files;
    } catch (IOException | MissingException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private void read(BlockId id, Stores stores) throws IOException, MissingException {
    if (id instanceof BlockId.Shuffle shuffle) {
      try {
        paths.put(id.name(), stores.outputs().table(shuffle.shuffle()));
      } catch (MissingMapOutputException e) {
        throw missing(
            String.valueOf(e.getMessage()), null, new BlockId.ShuffleMap(e.shuffle(), e.map()));
      }
    } else if (id instanceof BlockId.Rdd rdd) {
      Optional<BlockManager.Pin> pin = stores.blocks().pin(id);
      if (pin.isEmpty()) {
        throw missing("The cached block " + id.name() + " is missing", rdd, null);
      }
      pins.add(pin.get());
      paths.put(id.name(), pin.get().block().path());
    } else {
      fromDriver(id, stores);
    }
  }

  private void fromDriver(BlockId id, Stores stores) throws MissingException {
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
    paths.put(id.name(), path.get());
  }

  private void write(BlockId id, boolean memory, TaskAttempt attempt, Stores stores) {
    AppDirectories directories = stores.directories();
    Optional<Path> tier =
        memory && stores.memory().hasRoom(1) ? directories.memory() : Optional.empty();
    Path path =
        tier.orElseGet(() -> directories.diskOf(id.name())).resolve(id.name() + "." + attempt.id());
    paths.put(id.name(), path);
    written.add(path);
  }

  private static MissingException missing(
      String message, BlockId.@Nullable Rdd block, BlockId.@Nullable ShuffleMap output) {
    return new MissingException(
        new FailureReport(FailureKind.CORRUPT, message, null, block, output));
  }

  /** The path of every name. */
  Map<String, Path> paths() {
    return paths;
  }

  /** Removes what the attempt wrote, complete or not. */
  void removeWritten() {
    for (Path path : written) {
      try {
        FileTrees.delete(path);
        FileTrees.delete(path.resolveSibling(path.getFileName() + ".tmp"));
      } catch (IOException e) {
        LOG.warn("The file " + path + " of a failed task can't be removed: " + e);
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
