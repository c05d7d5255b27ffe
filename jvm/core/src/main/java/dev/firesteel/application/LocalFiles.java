package dev.firesteel.application;

import static java.util.Objects.requireNonNull;

import dev.firesteel.engine.ApplicationFiles;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.lineage.RemainingLineage;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.Registry;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** The files of an application whose drivers and tasks are on this machine. */
final class LocalFiles implements ApplicationFiles {
  private static final Log LOG = Log.of("storage");

  private final AppDirectories directories;
  private final BlockManager blocks;
  private final Leftovers leftovers;
  private final ExecutorService cleanup;
  private final Path temporary;

  /**
   * The files in these directories.
   *
   * @param cleanup the thread that removes files, in the order in which that is asked for
   * @param temporary the directory that holds the registry of applications
   */
  LocalFiles(
      AppDirectories directories,
      BlockManager blocks,
      Leftovers leftovers,
      ExecutorService cleanup,
      Path temporary) {
    this.directories = requireNonNull(directories, "directories is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.leftovers = requireNonNull(leftovers, "leftovers is null");
    this.cleanup = requireNonNull(cleanup, "cleanup is null");
    this.temporary = requireNonNull(temporary, "temporary is null");
  }

  @Override
  public String application() {
    return directories.application();
  }

  @Override
  public List<Path> disks() {
    return directories.disks();
  }

  @Override
  public Optional<Path> memory() {
    return directories.memory();
  }

  @Override
  public List<Path> all() {
    return directories.all();
  }

  @Override
  public Path driver() {
    return directories.driver();
  }

  @Override
  public Path makeDirectory(int driver) throws IOException {
    return leftovers.make(driver);
  }

  @Override
  public void driverEnded(int driver, RemainingLineage left) {
    leftovers.remove(driver, left);
  }

  @Override
  public long room(BlockId.Broadcast broadcast, long bytes, long least) {
    Path memory =
        directories
            .memory()
            .orElseThrow(() -> new IllegalStateException("There is no memory tier"));
    return blocks.extend(
        new Location.MemoryFile(Location.DRIVER, memory.resolve(broadcast.name()).toString()),
        bytes,
        least,
        null);
  }

  @Override
  public int blocks() {
    return blocks.size();
  }

  @Override
  public void awaitCleanup() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    cleanup.execute(done::countDown);
    // When the application ends, what waits in the queue is dropped.
    while (!done.await(100, TimeUnit.MILLISECONDS)) {
      if (cleanup.isShutdown()) {
        return;
      }
    }
  }

  @Override
  public void removeLeftovers() {
    try {
      List<Path> removed = new ArrayList<>(Registry.open(temporary).clean());
      removed.addAll(directories.cleanBeside());
      for (Path each : removed) {
        LOG.info("Removed the files of an application that had not ended well: " + each);
      }
    } catch (IOException e) {
      LOG.warn("Leftovers of earlier applications can't be removed: " + e);
    }
  }
}
