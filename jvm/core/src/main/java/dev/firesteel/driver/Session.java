package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.application.Application;
import dev.firesteel.config.ConfigKeys;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.LineageUpdate.Held;
import dev.firesteel.lineage.LineageUpdate.LevelChange;
import dev.firesteel.lineage.LineageUpdate.Release;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.util.Log;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Java driver's session with its engine: who has which number, what the engine is told without a
 * job, and when it ends. What is told of the lineage is put together by {@link Requests}, and jobs
 * are run by {@link Jobs}. Thread-safe.
 */
public final class Session implements Closeable {
  private static final Log LOG = Log.of("driver");

  /** The driver's number: a Java program that starts an engine is its first driver. */
  private static final int DRIVER = 0;

  private final Application application;
  private final Lifetime lifetime = new Lifetime();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong broadcasts = new AtomicLong();
  private final Releases releases;
  private final Closures closures;
  private final Requests requests;
  private final Jobs jobs;
  private final Checkpoints checkpoints;

  /**
   * A session with the engine of an application that has been started.
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
    this.releases = new Releases(this::release);
    this.closures = new Closures(DRIVER, directory(), numbers);
    this.requests = new Requests(new Compiler(this::nextNode, closures, releases), closures);
    this.jobs =
        new Jobs(
            DRIVER,
            application.engine(),
            requests,
            lifetime,
            new Jobs.Settings(
                loader,
                accumulators,
                conf.get(DriverKeys.MAX_RESULT_SIZE),
                conf.get(ConfigKeys.RETAINED_JOBS)));
    this.checkpoints = new Checkpoints(jobs, requests, releases, directory());
    jobs.writeAfterwards(checkpoints);
    releases.start();
  }

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

  /** Returns what serializes and checks functions. */
  public Closures closures() {
    return closures;
  }

  /** Returns what runs jobs. */
  public Jobs jobs() {
    return jobs;
  }

  /** Returns what writes checkpoints. */
  public Checkpoints checkpoints() {
    return checkpoints;
  }

  /** Returns where the driver's files are. */
  public Path directory() {
    return application.files().driver();
  }

  /** Releases an id of the engine when nobody refers to an object any more. */
  public void watch(Object object, Object id) {
    releases.watch(object, id);
  }

  /** Removes a file, or directory, of the driver's when nobody refers to its owner any more. */
  public void watchPath(Object owner, Path path) {
    releases.watch(owner, new Releases.InputPath(path.toString()));
  }

  /** Marks a node to be kept when it is next computed; a null level lets its blocks go now. */
  public void persist(DriverNode node, @Nullable StorageLevel level, boolean blocking) {
    LevelChange dropped = requests.level(node, level);
    if (dropped != null && lifetime.running()) {
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
    Requests.Request request = requests.about(node);
    boolean taken = false;
    try {
      application.engine().update(request.update());
      taken = true;
    } finally {
      if (taken) {
        requests.answered(request);
      } else {
        requests.notTaken(request);
      }
    }
    application.names().publish(DRIVER, name, request.target());
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
    releases.watch(requests.entry(node), new Held(DRIVER, found.id()));
    return node;
  }

  /** Removes the value of a broadcast; functions that use it are refused from now on. */
  public void destroy(BroadcastId id, Object broadcast) {
    closures.destroy(id, broadcast);
    release(new Release(List.of(), List.of(), List.of(), List.of(id), List.of(), List.of()));
  }

  private void release(Release release) {
    if (lifetime.running()) {
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
      application.files().awaitCleanup();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Goes on if the context has not been stopped.
   *
   * @param what was called, for the error
   */
  public void requireRunning(String what) {
    lifetime.requireRunning(what);
  }

  /**
   * Notes that the context has been stopped; what is asked for from now on is refused.
   *
   * @param where the place that stopped it
   * @return false if it had been before
   */
  public boolean stop(String where) {
    if (!lifetime.end(where)) {
      return false;
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
