package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.api.ContextStoppedException;
import dev.firesteel.application.Application;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.engine.JobRequest;
import dev.firesteel.engine.JobResult;
import dev.firesteel.engine.JobSink;
import dev.firesteel.lineage.BroadcastId;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.LineageUpdate.BroadcastFile;
import dev.firesteel.lineage.LineageUpdate.ClosureFile;
import dev.firesteel.lineage.LineageUpdate.Held;
import dev.firesteel.lineage.LineageUpdate.LevelChange;
import dev.firesteel.lineage.LineageUpdate.Release;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.NodeId;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.lineage.ShuffleId;
import dev.firesteel.storage.StorageLevel;
import dev.firesteel.util.Log;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Java driver's conversation with its engine: numbers, lineage, jobs, and what is to be released.
 *
 * <p>An action is one call of the engine. The lock is held while a request is put together, never
 * while a job runs, so that jobs of several threads run at once. Thread-safe.
 */
public final class Session implements Closeable {
  private static final Log LOG = Log.of("driver");

  /** The driver's number: a Java program that starts an engine is its first driver. */
  private static final int DRIVER = 0;

  private final Application application;
  private final ClassLoader loader;
  private final Consumer<List<byte[]>> accumulators;
  private final long maxResultSize;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong jobs = new AtomicLong();
  private final AtomicLong broadcasts = new AtomicLong();
  private final Releases releases;
  private final Closures closures;
  private final Checkpoints checkpoints;
  private final Map<Long, Map<String, String>> running = new ConcurrentHashMap<>();

  private final Object lock = new Object();

  /** Guarded by lock. */
  private final Compiler compiler;

  /** Nodes whose level the engine may not have been told. Guarded by lock. */
  private final Set<DriverNode> changed = new LinkedHashSet<>();

  private volatile @Nullable String stopped;

  /**
   * A conversation with the engine of an application that has been started.
   *
   * @param loader finds the program's classes
   * @param accumulators takes the updates of accumulators that count, after each job
   */
  public Session(
      Application application,
      FiresteelConf conf,
      ClassLoader loader,
      Consumer<List<byte[]>> accumulators) {
    this.application = requireNonNull(application, "application is null");
    this.loader = requireNonNull(loader, "loader is null");
    this.accumulators = requireNonNull(accumulators, "accumulators is null");
    this.maxResultSize = conf.get(DriverKeys.MAX_RESULT_SIZE);
    this.releases = new Releases(this::release);
    this.closures = new Closures(DRIVER, directory(), numbers);
    this.compiler = new Compiler(this::nextNode, closures, releases);
    this.checkpoints = new Checkpoints(this);
    releases.start();
  }

  /** The first job of an action that runs several; the engine fails a later one that misfits. */
  public static final class Series {
    private volatile @Nullable Long first;
  }

  /**
   * A job to run.
   *
   * @param partitions which partitions, or null for all
   * @param site the action and its place
   * @param properties the local properties
   * @param series the action's jobs, where it runs several; else null
   */
  public record Job(
      DriverNode target,
      @Nullable List<Integer> partitions,
      JobSink sink,
      String site,
      Map<String, String> properties,
      @Nullable Series series) {}

  /** How a job ended that succeeded. */
  public record Ended(long job, List<JobResult.ResultRow> rows) {}

  /** Returns a new number for a node. */
  public NodeId nextNode() {
    return new NodeId(DRIVER, numbers.getAndIncrement());
  }

  /** Returns a new number for a shuffle. */
  public ShuffleId nextShuffle() {
    return new ShuffleId(DRIVER, numbers.getAndIncrement());
  }

  /** Returns a new number for a broadcast. */
  public BroadcastId nextBroadcast() {
    return new BroadcastId(DRIVER, broadcasts.getAndIncrement());
  }

  /** Returns the application that it belongs to. */
  public Application application() {
    return application;
  }

  /** Returns what finds the program's classes. */
  public ClassLoader loader() {
    return loader;
  }

  /** Returns what serializes and checks functions. */
  public Closures closures() {
    return closures;
  }

  /** Returns what writes checkpoints. */
  public Checkpoints checkpoints() {
    return checkpoints;
  }

  /** Returns where the driver's files are. */
  public Path directory() {
    return application.directories().driver();
  }

  /** Releases an id of the engine when nobody refers to an object any more. */
  public void watch(Object object, Object id) {
    releases.watch(object, id);
  }

  /** Removes a file, or directory, of the driver's when nobody refers to its owner any more. */
  public void watchPath(Object owner, Path path) {
    releases.watch(owner, new Releases.InputPath(path.toString()));
  }

  /**
   * Runs a job to its end.
   *
   * @throws dev.firesteel.api.FiresteelException when it does not succeed
   * @throws InterruptedException when the thread was interrupted; the job has been cancelled then
   */
  public Ended run(Job job) throws InterruptedException {
    return run(job, true);
  }

  /**
   * Runs a job to its end.
   *
   * @param counts whether what tasks add to accumulators counts; not when results are only made
   *     again
   */
  Ended run(Job job, boolean counts) throws InterruptedException {
    requireRunning(job.site());
    job.target().partitions(); // lists files, which is not for the time of the lock
    long number = jobs.getAndIncrement();
    List<Entry> entries = new ArrayList<>();
    JobRequest request;
    Series series = job.series();
    synchronized (lock) {
      LineageUpdate update = update(job.target(), entries);
      request =
          new JobRequest(
              DRIVER,
              number,
              job.site(),
              update,
              (NodeId) compiler.entry(job.target()).id,
              job.partitions(),
              job.sink(),
              List.of(), // a Java program's Python functions say themselves where they search
              job.properties(),
              maxResultSize,
              series == null ? null : series.first);
    }
    if (series != null && series.first == null) {
      series.first = number;
    }
    running.put(number, job.properties());
    JobResult result;
    try {
      result = application.engine().run(request);
    } finally {
      running.remove(number);
    }
    synchronized (lock) {
      entries.forEach(Entry::acknowledge);
      closures.acknowledge(request.update().broadcasts());
    }
    boolean used = false;
    try {
      if (counts) {
        accumulators.accept(result.accumulators());
      }
      if (result instanceof JobResult.Failed failed) {
        throw JobErrors.of(failed.failure(), job.site(), loader);
      }
      JobResult.Succeeded done = (JobResult.Succeeded) result;
      done.notices().forEach(LOG::warn);
      checkpoints.write(job.target(), job.properties());
      used = true;
      return new Ended(number, done.rows());
    } finally {
      if (!used
          && job.sink() instanceof JobSink.Result
          && result instanceof JobResult.Succeeded done) {
        Results.discard(done.rows());
      }
    }
  }

  /**
   * Runs a job and reads its results.
   *
   * @return the records of each partition
   * @throws InterruptedException when the thread was interrupted; the job has been cancelled then
   */
  public List<Object[]> collect(Job job) throws InterruptedException {
    return Results.collect(this, job);
  }

  /** Puts together what the engine is told. Caller holds the lock. */
  private LineageUpdate update(DriverNode target, List<Entry> entries) {
    entries.addAll(compiler.compile(target));
    List<Node> nodes = new ArrayList<>();
    List<ShuffleDependency> shuffles = new ArrayList<>();
    List<ClosureFile> files = new ArrayList<>();
    for (Entry entry : entries) {
      Object definition = entry.definition();
      if (definition instanceof Node node) {
        nodes.add(node);
      } else if (definition instanceof ShuffleDependency shuffle) {
        shuffles.add(shuffle);
      } else {
        files.add((ClosureFile) definition);
      }
    }
    List<BroadcastFile> values = closures.broadcastFiles(files);
    List<LevelChange> levels = Levels.changes(target, entries, changed);
    return new LineageUpdate(
        nodes,
        shuffles,
        files,
        values,
        levels,
        Release.NONE,
        List.of(),
        checkpoints.takeCuts(),
        Language.JAVA);
  }

  /** Has a node kept when it is next computed; a null level lets its blocks go now. */
  public void persist(DriverNode node, @Nullable StorageLevel level, boolean blocking) {
    LevelChange dropped;
    synchronized (lock) {
      node.level(level);
      Entry entry = node.entry;
      if (entry == null || Objects.equals(entry.level, level)) {
        return;
      }
      if (level != null || !entry.known()) {
        changed.add(node);
        return;
      }
      entry.level = null;
      changed.remove(node);
      dropped = new LevelChange((NodeId) entry.id, null);
    }
    if (stopped == null) {
      tell(
          new LineageUpdate(
              List.of(), List.of(), List.of(), List.of(), List.of(dropped), Release.NONE));
      if (blocking) {
        awaitCleanup();
      }
    }
  }

  /**
   * Publishes a node, with what the engine has not heard of yet, for other drivers of the
   * application.
   *
   * @throws InterruptedException when the thread was interrupted
   */
  public void publish(String name, DriverNode node, String site) throws InterruptedException {
    requireRunning(site);
    node.partitions();
    List<Entry> entries = new ArrayList<>();
    LineageUpdate update;
    NodeId id;
    synchronized (lock) {
      update = update(node, entries);
      id = (NodeId) compiler.entry(node).id;
    }
    application.engine().update(update);
    synchronized (lock) {
      entries.forEach(Entry::acknowledge);
      closures.acknowledge(update.broadcasts());
    }
    application.names().publish(DRIVER, name, id);
  }

  /**
   * Returns a node for what is published under a name.
   *
   * @throws IllegalArgumentException if there is no such name
   * @throws InterruptedException when the thread was interrupted
   */
  public DriverNode lookup(String name, String site) throws InterruptedException {
    requireRunning(site);
    NodeView found = application.names().lookup(DRIVER, name);
    PublishedNode node = new PublishedNode(nextNode(), found);
    releases.watch(compiler.entry(node), new Held(DRIVER, found.id()));
    return node;
  }

  private void release(Release release) {
    if (stopped == null) {
      tell(
          new LineageUpdate(
              List.of(), List.of(), List.of(), List.of(), List.of(), closures.released(release)));
    }
  }

  private void tell(LineageUpdate update) {
    try {
      application.engine().update(update);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      LOG.debug("The engine has been stopped meanwhile: " + e);
    }
  }

  private void awaitCleanup() {
    try {
      application.awaitCleanup();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the running jobs with their local properties. */
  public Map<Long, Map<String, String>> running() {
    return Map.copyOf(running);
  }

  /** Cancels a job; without effect when it has ended. */
  public void cancel(long job, String reason) {
    application.engine().cancel(job, reason);
  }

  /**
   * Goes on if the context has not been stopped.
   *
   * @param what was called, for the error
   */
  public void requireRunning(String what) {
    String where = stopped;
    if (where != null) {
      throw new ContextStoppedException(
          "%s: the context has been stopped (%s). Make a new one, and the RDDs on it again."
              .formatted(what, where),
          null);
    }
  }

  /** A node's engine-side lock for those that change it. */
  Object lock() {
    return lock;
  }

  /**
   * Notes that the context has been stopped; what is asked for from now on is refused.
   *
   * @param where the place that stopped it
   * @return false if it had been before
   */
  public boolean stop(String where) {
    synchronized (lock) {
      if (stopped != null) {
        return false;
      }
      stopped = where;
    }
    releases.close();
    return true;
  }

  /** Stops without telling a place. */
  @Override
  public void close() {
    stop("closed");
  }
}
