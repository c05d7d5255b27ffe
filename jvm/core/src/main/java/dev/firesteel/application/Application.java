package dev.firesteel.application;

import dev.firesteel.config.ConfigException;
import dev.firesteel.config.ConfigKeys;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.config.Master;
import dev.firesteel.engine.Engine;
import dev.firesteel.engine.LocalEngine;
import dev.firesteel.executor.ExecutorSettings;
import dev.firesteel.executor.JavaSettings;
import dev.firesteel.executor.LocalExecutor;
import dev.firesteel.input.FileSplitter;
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
import dev.firesteel.storage.Registry;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All the parts of one running application, put together. For a Python driver the Python daemon is
 * started as early as can be, since it takes the longest; for a Java driver, only when a task needs
 * it. Closing ends everything in reverse order and removes all files.
 */
public final class Application implements AutoCloseable {
  /** More workers than this are forked when they are needed, not before. */
  private static final int MAX_PREFORK = 4;

  private static final Log LOG = Log.of("storage");
  private static final AtomicLong LAST_START = new AtomicLong();

  private final long started = System.currentTimeMillis();
  private final FiresteelConf conf;
  private final AddedJars jars;
  private final Master master;
  private final AppDirectories directories;
  private final WorkerPool workers;
  private final BlockManager blocks;
  private final FileSplitter inputs;
  private final Engine engine;
  private final Leftovers leftovers;
  private final Names names;
  private final AtomicInteger drivers = new AtomicInteger();
  private final ExecutorService cleanup;
  private final Path temporary;
  private final Closer closer;

  private Application(
      FiresteelConf conf,
      AddedJars jars,
      Master master,
      AppDirectories directories,
      WorkerPool workers,
      BlockManager blocks,
      FileSplitter inputs,
      Engine engine,
      Leftovers leftovers,
      ExecutorService cleanup,
      Path temporary,
      Closer closer) {
    this.conf = conf;
    this.jars = jars;
    this.master = master;
    this.directories = directories;
    this.workers = workers;
    this.blocks = blocks;
    this.inputs = inputs;
    this.engine = engine;
    this.leftovers = leftovers;
    this.names = new Names(engine);
    this.cleanup = cleanup;
    this.temporary = temporary;
    this.closer = closer;
  }

  /**
   * Starts everything. What had been started is closed again when something fails.
   *
   * @throws ConfigException when a setting can't be used
   * @throws IOException when the directories can't be made
   * @throws WorkerException when the Python daemon is wanted at once and can't be started
   */
  public static Application start(ApplicationSettings settings)
      throws IOException, WorkerException {
    FiresteelConf conf = settings.conf();
    Master master =
        Master.parse(conf.get(ConfigKeys.MASTER), Runtime.getRuntime().availableProcessors());
    if (master.inline()) {
      throw new ConfigException(
          "MASTER_NOT_YET",
          "The master 'inline' is not supported yet. Use local[1], which runs one task at a time in"
              + " a worker process.");
    }
    Closer closer = new Closer();
    try {
      return start(settings, master, closer);
    } catch (IOException | WorkerException | RuntimeException e) {
      try {
        closer.close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private static Application start(ApplicationSettings settings, Master master, Closer closer)
      throws IOException, WorkerException {
    FiresteelConf conf = settings.conf();
    Path tmpfs = tmpfs(conf);
    AppDirectories directories =
        closer.add(
            AppDirectories.create(newId(), settings.temporary(), localDirectories(conf), tmpfs));
    AddedJars jars = closer.add(new AddedJars(settings.loader()));
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
            new JavaSettings(() -> heap, jars::loader));
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
    return new Application(
        conf,
        jars,
        master,
        directories,
        workers,
        blocks,
        inputs,
        engine,
        new Leftovers(directories, driverFiles, blocks),
        cleanup,
        settings.temporary(),
        closer);
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

  /** Waits until the files whose removal has been asked for are gone. */
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

  /**
   * Removes what applications left that had not ended well: those of this user whose lock is free.
   * It reads directories, so it is for a thread of its own.
   */
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

  private static void endCleanup(ExecutorService cleanup) {
    cleanup.shutdownNow();
    try {
      cleanup.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its configuration. */
  public FiresteelConf conf() {
    return conf;
  }

  /** When it was started, in milliseconds since 1970. */
  public long started() {
    return started;
  }

  /** Where the classes of its functions are. */
  public AddedJars jars() {
    return jars;
  }

  /** Where its tasks run. */
  public Master master() {
    return master;
  }

  /** Where the application keeps its files. */
  public AppDirectories directories() {
    return directories;
  }

  /** The Python workers. */
  public WorkerPool workers() {
    return workers;
  }

  /** The blocks that exist. */
  public BlockManager blocks() {
    return blocks;
  }

  /** What lists and splits input files. */
  public FileSplitter inputs() {
    return inputs;
  }

  /** What drivers have published. */
  public Names names() {
    return names;
  }

  /**
   * A number for another driver; the one that started the application has 0. The next tasks run in
   * workers that have imported nothing yet: modules may have changed since the last driver.
   */
  public int nextDriver() {
    workers.renew();
    return drivers.incrementAndGet();
  }

  /** Makes the directory where another driver puts its files, which go when it ends. */
  public Path makeDirectory(int driver) throws IOException {
    return leftovers.make(driver);
  }

  /**
   * A driver that did not start the application has ended: its jobs are cancelled, what it kept is
   * released, and the next tasks run in workers that have imported nothing yet.
   */
  public void endDriver(int driver, String reason) throws InterruptedException {
    leftovers.remove(driver, engine.endDriver(driver, reason));
    workers.renew();
  }

  /** What runs jobs. */
  public Engine engine() {
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
