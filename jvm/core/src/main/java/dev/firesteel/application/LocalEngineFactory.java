package dev.firesteel.application;

import dev.firesteel.config.ConfigKeys;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.config.Master;
import dev.firesteel.engine.LocalEngine;
import dev.firesteel.engine.StartedEngine;
import dev.firesteel.executor.ExecutorSettings;
import dev.firesteel.executor.JavaSettings;
import dev.firesteel.executor.local.LocalExecutor;
import dev.firesteel.input.FormatListings;
import dev.firesteel.input.InputFormats;
import dev.firesteel.memory.HeapMemory;
import dev.firesteel.records.StoredRecords;
import dev.firesteel.scheduler.SchedulerConf;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.storage.MappedFiles;
import dev.firesteel.storage.MemoryTier;
import dev.firesteel.storage.ObjectStore;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes engines whose tasks run on this machine, in the executor inside this JVM. For a Python
 * driver the Python daemon is started as early as can be, since it takes the longest; for a Java
 * driver, only when a task needs it.
 */
final class LocalEngineFactory implements EngineFactory {
  /** More workers than this are forked when they are needed, not before. */
  private static final int MAX_PREFORK = 4;

  private static final Log LOG = Log.of("storage");
  private static final AtomicLong LAST_START = new AtomicLong();

  @Override
  public boolean makes(Master master) {
    return !master.inline();
  }

  @Override
  public StartedEngine start(ApplicationSettings settings, Master master, Closer closer)
      throws IOException, WorkerException {
    FiresteelConf conf = settings.conf();
    Path tmpfs = tmpfs(conf);
    AppDirectories directories =
        closer.add(
            AppDirectories.create(newId(), settings.temporary(), localDirectories(conf), tmpfs));
    AddedJars jars = closer.add(new AddedJars(settings.loader()));
    InputFormats formats = new InputFormats();
    WorkerPool workers = closer.add(workers(settings, master, directories.socket()));
    MemoryTier memory = memoryTier(conf, directories.tiers().memory());
    ExecutorService cleanup = cleanup();
    closer.add(() -> endCleanup(cleanup));
    HeapMemory heap = HeapMemory.of(conf, master.slots());
    ObjectStore objects = new ObjectStore(heap, StoredRecords::write);
    BlockManager blocks = new BlockManager(memory, objects, directories.tiers(), cleanup);
    MapOutputTracker outputs =
        new MapOutputTracker(directories.disks().get(0).resolve("tables"), cleanup);
    DriverFiles driverFiles = new DriverFiles();
    ExecutorSettings executorSettings =
        new ExecutorSettings(
            master.slots(),
            conf.get(ConfigKeys.INLINE_RESULT),
            conf.get(ConfigKeys.PYTHON_WORKER_MEMORY),
            conf.get(ConfigKeys.TASK_CPUS),
            compressed(conf),
            conf.get(ConfigKeys.BARRIER_TIMEOUT));
    LocalExecutor executor =
        new LocalExecutor(
            "driver",
            executorSettings,
            workers,
            blocks,
            outputs,
            driverFiles,
            directories,
            memory,
            new JavaSettings(() -> heap, jars::loader, formats));
    closer.add(executor::close);
    LocalEngine engine =
        new LocalEngine(
            List.of(executor),
            driverFiles,
            new StoredFiles(blocks, outputs),
            schedulerConf(conf, master));
    closer.add(engine::close);
    blocks.listen(engine::blockLost);
    return new StartedEngine(
        engine,
        new FormatListings(formats, jars::loader, conf.get(ConfigKeys.INPUT_BLOCK)),
        new LocalFiles(
            directories,
            blocks,
            new Leftovers(directories, driverFiles, blocks),
            cleanup,
            settings.temporary()),
        jars,
        new LocalWorkers(workers, directories.socket()));
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

  private static MemoryTier memoryTier(FiresteelConf conf, @Nullable Path root) throws IOException {
    if (root == null) {
      return new MemoryTier(0);
    }
    LongSupplier free = MemoryTier.free(root);
    long share = (long) (free.getAsLong() * conf.get(ConfigKeys.MEMORY_SHARE));
    return new MemoryTier(
        conf.find(ConfigKeys.MEMORY_SIZE).orElse(share), free, () -> MappedFiles.removed(root));
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
        conf.get(ConfigKeys.SCHEDULER_MODE).equals("FAIR"),
        conf.get(ConfigKeys.RETAINED_JOBS),
        conf.get(ConfigKeys.RETAINED_STAGES));
  }

  private static WorkerPool workers(ApplicationSettings settings, Master master, Path socket)
      throws WorkerException {
    FiresteelConf conf = settings.conf();
    if (settings.pythonAtOnce()) {
      return WorkerPool.start(workerSettings(conf, settings.python().get(), master, socket));
    }
    return WorkerPool.onDemand(() -> workerSettings(conf, settings.python().get(), master, socket));
  }

  private static WorkerSettings workerSettings(
      FiresteelConf conf, PythonSettings python, Master master, Path socket) {
    Map<String, String> environment = new LinkedHashMap<>(python.environment());
    environment.putAll(conf.executorEnvironment());
    return new WorkerSettings(
        python.executable(),
        python.path(),
        python.packageRoot(),
        environment,
        socket,
        conf.find(ConfigKeys.PREFORK).orElse(Math.min(master.slots(), MAX_PREFORK)),
        master.slots(),
        conf.get(ConfigKeys.PYTHON_WORKER_MEMORY),
        conf.find(ConfigKeys.PYTHON_MEMORY_LIMIT).orElse(0L) / master.slots(),
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

  /** Spark's form of an id: a time that no other of this process has, and the process. */
  private static String newId() {
    long now = LAST_START.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
    return "local-" + now + "-" + ProcessHandle.current().pid();
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

  private static void endCleanup(ExecutorService cleanup) {
    cleanup.shutdownNow();
    try {
      cleanup.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
