package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.application.Application;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.driver.CallSite;
import dev.firesteel.driver.DriverKeys;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.driver.Jobs;
import dev.firesteel.driver.Session;
import dev.firesteel.job.JobResult.ResultRow;
import dev.firesteel.job.JobSink;
import dev.firesteel.types.JobCancelledException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What RDDs ask of their context, and the context's properties and job groups. Thread-safe. */
abstract class ContextBase {
  private static final String GROUP = "spark.jobGroup.id";
  private static final String DESCRIPTION = "spark.job.description";

  final Application application;
  final FiresteelConf conf;
  final SharedVariables shared;
  private final Session session;

  /** What a thread has set, its children inherit, and nobody changes afterwards. */
  @SuppressWarnings("ThreadLocalUsage") // each context has properties of its own
  private final InheritableThreadLocal<Map<String, String>> properties =
      new InheritableThreadLocal<>() {
        @Override
        protected Map<String, String> initialValue() {
          return Map.of();
        }
      };

  private final ListenerBus listeners = new ListenerBus();

  private volatile @Nullable Path checkpoints;

  ContextBase(Application application, FiresteelConf conf) {
    this.application = requireNonNull(application, "application is null");
    this.conf = requireNonNull(conf, "conf is null");
    ClassLoader loader = application.jars().loader();
    this.shared = new SharedVariables(loader);
    this.session = new Session(application, conf, loader, shared::merge);
  }

  final Session session() {
    return session;
  }

  /** The records of each partition. */
  final List<Object[]> collect(
      DriverNode target,
      @Nullable List<Integer> partitions,
      String site,
      Jobs.@Nullable Series series) {
    return waited(
        site,
        () -> session.jobs().collect(job(target, partitions, new JobSink.Result(), site, series)));
  }

  /** How many records each partition has. */
  final long[] counts(DriverNode target, @Nullable List<Integer> partitions, String site) {
    Jobs.Ended ended =
        waited(
            site,
            () -> session.jobs().run(job(target, partitions, new JobSink.Count(), site, null)));
    return ended.rows().stream().mapToLong(ResultRow::records).toArray();
  }

  /** Runs a job that writes files. */
  final void run(DriverNode target, JobSink sink, String site) {
    waited(site, () -> session.jobs().run(job(target, null, sink, site, null)));
  }

  /** Writes blocks and their list to a directory that does not exist. */
  final void saveBlocks(DriverNode target, Path directory, String site) {
    waited(site, () -> session.checkpoints().save(target, directory, site, properties.get()));
  }

  private Jobs.Job job(
      DriverNode target,
      @Nullable List<Integer> partitions,
      JobSink sink,
      String site,
      Jobs.@Nullable Series series) {
    return new Jobs.Job(target, partitions, sink, site, properties.get(), series);
  }

  /** Waits for jobs. */
  private interface Waiting<R> {
    R call() throws InterruptedException;
  }

  private static <R> R waited(String site, Waiting<R> waiting) {
    try {
      return waiting.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobCancelledException(
          site + " was cancelled: the thread that waited for it was interrupted", e);
    }
  }

  /** Runs an action on a thread of its own, with the local properties of this one. */
  final <R> CompletableFuture<R> async(String operation, Callable<R> action) {
    session.requireRunning(CallSite.of(operation));
    return JobFuture.start(operation, action);
  }

  final void persist(DriverNode node, StorageLevel level) {
    dev.firesteel.id.StorageLevel wanted = level.engine();
    dev.firesteel.id.StorageLevel now = node.level();
    if (now != null && wanted != null && !Objects.equals(now, wanted)) {
      throw new IllegalStateException(
          "%s is persisted as %s already. Call unpersist() before it is given another level."
              .formatted(node.site(), StorageLevel.of(now)));
    }
    session.persist(node, wanted, false);
  }

  final void checkpoint(DriverNode node, boolean reliable) {
    Path base = reliable ? checkpoints : null;
    if (reliable && base == null) {
      throw new IllegalStateException(
          "There is no checkpoint directory. Call setCheckpointDir first, or use"
              + " localCheckpoint().");
    }
    session.checkpoints().mark(node, base);
  }

  final boolean validatesOutput() {
    return conf.get(DriverKeys.VALIDATE_OUTPUT);
  }

  /** Into how many partitions a shuffle goes when the program does not say. */
  final int reducePartitions(RddBase<?>... rdds) {
    return conf.find(DriverKeys.DEFAULT_PARALLELISM).orElseGet(() -> most(rdds));
  }

  private static int most(RddBase<?>... rdds) {
    int most = 1;
    for (RddBase<?> rdd : rdds) {
      most = Math.max(most, rdd.getNumPartitions());
    }
    return most;
  }

  /**
   * How keys are spread when the program does not say: as those of the RDD with the most partitions
   * that are spread in a known way, unless those are too few by far; else by hash.
   */
  final Spread spread(RddBase<?>... rdds) {
    Spread best = null;
    for (RddBase<?> rdd : rdds) {
      Spread each = rdd.spread;
      if (each != null && (best == null || each.partitions() > best.partitions())) {
        best = each;
      }
    }
    int wanted = reducePartitions(rdds);
    boolean enough =
        best != null && (best.partitions() >= wanted || most(rdds) < 10L * best.partitions());
    return enough ? requireNonNull(best) : Spread.hash(wanted);
  }

  final void checkpointDirectory(Path directory) {
    checkpoints = directory;
  }

  /**
   * Publishes an RDD under a name, for {@link #lookup} here and in the Python scripts that {@link
   * PythonRunner} runs. What had the name before loses it. The name keeps the RDD, as it is now,
   * until it is taken away or the context is closed.
   *
   * @param name the name
   * @param rdd an RDD of this context
   */
  public void publish(String name, RddBase<?> rdd) {
    String site = CallSite.of("publish");
    if (rdd.context != this) {
      throw new IllegalArgumentException(site + ": the RDD belongs to another context");
    }
    named(
        site,
        () -> {
          session.publish(name, rdd.node(), site);
          return name;
        });
  }

  /**
   * Returns the RDD that is published under a name, by this program or a Python script. Records of
   * Python arrive in the types that {@link Rdd#mapPython} gives.
   *
   * @param <T> the type of the records
   * @param name the name
   * @return an RDD of the same records
   * @throws IllegalArgumentException when there is no such name; the message lists those there are
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // only the program knows what was published
  public <T> Rdd<T> lookup(String name) {
    return new Rdd<>(context(), found("lookup", name), null);
  }

  /**
   * Returns the RDD of pairs that is published under a name; in Python they are tuples of two.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @param name the name
   * @return an RDD of the same pairs
   * @throws IllegalArgumentException when there is no such name; the message lists those there are
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // only the program knows what was published
  public <K, V> PairRdd<K, V> lookupPairs(String name) {
    return new PairRdd<>(context(), found("lookupPairs", name), null);
  }

  private DriverNode found(String operation, String name) {
    String site = CallSite.of(operation);
    return named(site, () -> session.lookup(name, site));
  }

  private static <R> R named(String site, Waiting<R> waiting) {
    try {
      return waited(site, waiting);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(site + ": " + e.getMessage(), e);
    }
  }

  /**
   * Takes a name away. What was looked up by it stays usable.
   *
   * @param name the name
   * @throws IllegalArgumentException when there is no such name
   */
  public void unpublish(String name) {
    String site = CallSite.of("unpublish");
    session.requireRunning(site);
    named(
        site,
        () -> {
          application.names().unpublish(name);
          return name;
        });
  }

  /** This, as RDDs need it. */
  abstract FiresteelContext context();

  /** Returns what tells of jobs and stages, those that have ended not long ago included. */
  public StatusTracker statusTracker() {
    return new StatusTracker(session.jobs(), application.engine());
  }

  /**
   * Tells a listener what happens from now on.
   *
   * @param listener called by a thread of the context's own
   */
  public void addListener(FiresteelListener listener) {
    if (listeners.add(requireNonNull(listener, "listener is null"))) {
      application.engine().listen(listeners);
    }
  }

  /**
   * Tells a listener no more.
   *
   * @param listener one that was added
   */
  public void removeListener(FiresteelListener listener) {
    listeners.remove(listener);
  }

  final void endListeners() {
    listeners.close();
  }

  /**
   * Sets a property of the jobs that this thread, and those that it starts from now on, submit.
   *
   * @param key such as {@code spark.scheduler.pool}
   * @param value the value, or null to take it away
   */
  public void setLocalProperty(String key, @Nullable String value) {
    Map<String, String> changed = new HashMap<>(properties.get());
    if (value == null) {
      changed.remove(key);
    } else {
      changed.put(key, value);
    }
    properties.set(Map.copyOf(changed));
  }

  /**
   * Returns a property of the jobs that this thread submits, or null.
   *
   * @param key the property
   */
  public @Nullable String getLocalProperty(String key) {
    return properties.get().get(key);
  }

  /**
   * Puts the jobs that this thread submits from now on into a group, to be cancelled together.
   *
   * @param group the name of the group
   * @param description what the jobs are for
   */
  public void setJobGroup(String group, String description) {
    setLocalProperty(GROUP, group);
    setLocalProperty(DESCRIPTION, description);
  }

  /** Ends the group: jobs that this thread submits from now on are in none. */
  public void clearJobGroup() {
    setLocalProperty(GROUP, null);
    setLocalProperty(DESCRIPTION, null);
  }

  /**
   * Cancels the running jobs of a group.
   *
   * @param group the name of the group
   */
  public void cancelJobGroup(String group) {
    session
        .jobs()
        .running()
        .forEach(
            (job, ofJob) -> {
              if (group.equals(ofJob.get(GROUP))) {
                session.jobs().cancel(job, "its job group " + group + " was cancelled");
              }
            });
  }

  /** Cancels all running jobs of this program; those of a Python script on its context go on. */
  public void cancelAllJobs() {
    session
        .jobs()
        .running()
        .keySet()
        .forEach(job -> session.jobs().cancel(job, "all jobs were cancelled"));
  }

  /**
   * Cancels a job.
   *
   * @param job its number, as listeners are told
   */
  public void cancelJob(long job) {
    session.jobs().cancel(job, "cancelJob was called");
  }
}
