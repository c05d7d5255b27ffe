package dev.firesteel.gateway;

import dev.firesteel.config.ConfigException;
import dev.firesteel.config.ConfigKeys;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.config.Master;
import dev.firesteel.engine.Engine;
import dev.firesteel.engine.LocalEngine;
import dev.firesteel.executor.ExecutorSettings;
import dev.firesteel.executor.LocalExecutor;
import dev.firesteel.input.FileSplitter;
import dev.firesteel.scheduler.SchedulerConf;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.storage.MemoryTier;
import dev.firesteel.util.Closer;
import dev.firesteel.util.Log;
import dev.firesteel.util.Threads;
import dev.firesteel.worker.WorkerException;
import dev.firesteel.worker.WorkerPool;
import dev.firesteel.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All the parts of one running application, put together. The Python daemon is started as early as
 * can be, since it takes the longest. Closing ends everything in reverse order and removes all
 * files.
 */
final class Application implements AutoCloseable {
  /** More workers than this are forked when they are needed, not before. */
  private static final int MAX_PREFORK = 4;

  private static final Log LOG = Log.of("storage");

  private final Master master;
  private final AppDirectories directories;
  private final WorkerPool workers;
  private final BlockManager blocks;
  private final FileSplitter inputs;
  private final Engine engine;
  private final ExecutorService cleanup;
  private final Closer closer;

  private Application(
      Master master,
      AppDirectories directories,
      WorkerPool workers,
      BlockManager blocks,
      FileSplitter inputs,
      Engine engine,
      ExecutorService cleanup,
      Closer closer) {
    this.master = master;
    this.directories = directories;
    this.workers = workers;
    this.blocks = blocks;
    this.inputs = inputs;
    this.engine = engine;
    this.cleanup = cleanup;
    this.closer = closer;
  }

  /** Starts everything. What had been started is closed again when something fails. */
  static Application start(BootRequest boot, Path temporary) throws IOException, WorkerException {
    FiresteelConf conf = boot.conf();
    Master master =
        Master.parse(conf.get(ConfigKeys.MASTER), Runtime.getRuntime().availableProcessors());
    if (master.inline()) {
      throw new ConfigException(
          "MASTER_NOT_YET",
          "The master 'inline' is not supported yet. Use local[1], which runs one task at a time in a worker process.");
    }
    Closer closer = new Closer();
    try {
      return start(boot, master, temporary, closer);
    } catch (IOException | WorkerException | RuntimeException e) {
      try {
        closer.close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private static Application start(BootRequest boot, Master master, Path temporary, Closer closer)
      throws IOException, WorkerException {
    FiresteelConf conf = boot.conf();
    Path tmpfs = tmpfs(conf);
    AppDirectories directories =
        closer.add(AppDirectories.create(newId(), temporary, localDirectories(conf), tmpfs));
    WorkerPool workers =
        closer.add(WorkerPool.start(workerSettings(boot, master, directories.socket())));
    MemoryTier memory = memoryTier(conf, tmpfs);
    ExecutorService cleanup = cleanup();
    closer.add(() -> endCleanup(cleanup));
    BlockManager blocks = new BlockManager(memory, directories.tiers(), cleanup);
    MapOutputTracker outputs =
        new MapOutputTracker(directories.disks().get(0).resolve("tables"), cleanup);
    DriverFiles driverFiles = new DriverFiles();
    ExecutorSettings settings =
        new ExecutorSettings(
            master.slots(),
            conf.get(ConfigKeys.INLINE_RESULT),
            conf.get(ConfigKeys.PYTHON_WORKER_MEMORY),
            conf.get(ConfigKeys.TASK_CPUS),
            compressed(conf),
            conf.get(ConfigKeys.BARRIER_TIMEOUT));
    LocalExecutor executor =
        new LocalExecutor(
            "driver", settings, workers, blocks, outputs, driverFiles, directories, memory);
    closer.add(executor::close);
    LocalEngine engine =
        new LocalEngine(
            List.of(executor),
            driverFiles,
            new StoredFiles(blocks, outputs),
            schedulerConf(conf, master));
    closer.add(engine::close);
    blocks.listen(engine::blockLost);
    FileSplitter inputs = new FileSplitter(conf.get(ConfigKeys.INPUT_BLOCK));
    return new Application(master, directories, workers, blocks, inputs, engine, cleanup, closer);
  }

  /** Where the memory tier is, or null when everything goes to disk, which is said here, once. */
  private static @Nullable Path tmpfs(FiresteelConf conf) throws IOException {
    Path directory = Path.of(conf.get(ConfigKeys.MEMORY_DIR));
    boolean unwanted =
        conf.get(ConfigKeys.MEMORY_SHARE) == 0 || conf.find(ConfigKeys.MEMORY_SIZE).orElse(1L) == 0;
    if (unwanted) {
      return null;
    }
    if (!MemoryTier.usable(directory)) {
      LOG.warn(
          "There is no tmpfs at "
              + directory
              + " to which this user may write: cached blocks go to spark.local.dir.");
      return null;
    }
    long size = MemoryTier.size(directory);
    if (size <= MemoryTier.TINY && conf.find(ConfigKeys.MEMORY_SIZE).isEmpty()) {
      LOG.warn(
          "The tmpfs at %s has only %d MiB: cached blocks go to spark.local.dir. A container gets a larger one by --shm-size; firesteel.memory.size uses even this one."
              .formatted(directory, size >> 20));
      return null;
    }
    return directory;
  }

  private static MemoryTier memoryTier(FiresteelConf conf, @Nullable Path tmpfs) {
    if (tmpfs == null) {
      return new MemoryTier(0);
    }
    long share = (long) (MemoryTier.free(tmpfs) * conf.get(ConfigKeys.MEMORY_SHARE));
    return new MemoryTier(
        conf.find(ConfigKeys.MEMORY_SIZE).orElse(share), () -> MemoryTier.free(tmpfs));
  }

  private static List<String> compressed(FiresteelConf conf) {
    List<String> kinds = new ArrayList<>();
    if (conf.get(ConfigKeys.RDD_COMPRESS)) {
      kinds.add("rdd");
    }
    if (conf.get(ConfigKeys.SHUFFLE_COMPRESS)) {
      kinds.add("shuffle");
    }
    return kinds;
  }

  private static SchedulerConf schedulerConf(FiresteelConf conf, Master master) {
    int failures = master.maxFailures().orElse(conf.get(ConfigKeys.TASK_MAX_FAILURES));
    return new SchedulerConf(
        failures,
        master.maxFailures().orElse(1),
        conf.get(ConfigKeys.STAGE_MAX_ATTEMPTS),
        conf.get(ConfigKeys.SCHEDULER_MODE).equals("FAIR"));
  }

  private static WorkerSettings workerSettings(BootRequest boot, Master master, Path socket) {
    FiresteelConf conf = boot.conf();
    Map<String, String> environment = new LinkedHashMap<>(boot.environment());
    environment.putAll(conf.executorEnvironment());
    return new WorkerSettings(
        boot.python(),
        boot.path(),
        boot.packageRoot(),
        environment,
        socket,
        conf.find(ConfigKeys.PREFORK).orElse(Math.min(master.slots(), MAX_PREFORK)),
        master.slots(),
        conf.get(ConfigKeys.PYTHON_WORKER_MEMORY),
        conf.get(ConfigKeys.TASK_CPUS),
        conf.get(ConfigKeys.WORKER_START_TIMEOUT));
  }

  private static List<Path> localDirectories(FiresteelConf conf) {
    String environment = System.getenv("SPARK_LOCAL_DIRS");
    List<String> names =
        environment == null || environment.isBlank()
            ? conf.get(ConfigKeys.LOCAL_DIR)
            : ConfigKeys.LOCAL_DIR.parse(environment);
    List<Path> directories = new ArrayList<>();
    for (String name : names) {
      directories.add(Path.of(name));
    }
    if (directories.isEmpty()) {
      directories.add(Path.of(System.getProperty("java.io.tmpdir")));
    }
    return directories;
  }

  /** Spark's form of an id; the process makes it unique among applications of one millisecond. */
  private static String newId() {
    return "local-" + System.currentTimeMillis() + "-" + ProcessHandle.current().pid();
  }

  private static ExecutorService cleanup() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Threads.factory("file-cleaner"));
    threads.allowCoreThreadTimeOut(true);
    // Once the directories themselves are about to be removed, there is nothing left to clean.
    threads.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    return threads;
  }

  /** Waits until the files whose removal has been asked for are gone. */
  void awaitCleanup() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    cleanup.execute(done::countDown);
    // When the application ends, what waits in the queue is dropped.
    while (!done.await(100, TimeUnit.MILLISECONDS)) {
      if (cleanup.isShutdown()) {
        return;
      }
    }
  }

  private static void endCleanup(ExecutorService cleanup) {
    cleanup.shutdownNow();
    try {
      cleanup.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Master master() {
    return master;
  }

  AppDirectories directories() {
    return directories;
  }

  WorkerPool workers() {
    return workers;
  }

  BlockManager blocks() {
    return blocks;
  }

  FileSplitter inputs() {
    return inputs;
  }

  Engine engine() {
    return engine;
  }

  /**
   * Ends jobs, workers and daemon, and removes every file. Idempotent; a second caller waits for
   * the first, because it may be about to end the process.
   */
  @Override
  public synchronized void close() throws IOException {
    closer.close();
  }
}
