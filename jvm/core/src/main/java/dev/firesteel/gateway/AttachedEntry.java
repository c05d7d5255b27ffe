package dev.firesteel.gateway;

import dev.firesteel.application.Application;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What a Python script can call that a Java program runs: the same, but that it attaches to the
 * application and detaches from it, and never ends it.
 */
public final class AttachedEntry extends GatewayEntry {
  private static final Log LOG = Log.of("gateway");

  private final Application application;

  /** The drivers that the script's contexts are, and that have not ended. */
  private final Set<Integer> drivers = ConcurrentHashMap.newKeySet();

  /** The numbers of the input files that the script has had listed. */
  private final Set<Long> listings = ConcurrentHashMap.newKeySet();

  /** The drivers that the script's contexts have been. */
  private final Set<Integer> all = ConcurrentHashMap.newKeySet();

  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** Whether the script has ended. Guarded by lock. */
  private boolean ended;

  AttachedEntry(Application application) {
    super(application);
    this.application = application;
  }

  /** A context of the script's begins: answers what an engine says when it has started. */
  public String attach() throws IOException {
    int driver = application.nextDriver();
    String directory = application.files().makeDirectory(driver).toString();
    drivers.add(driver);
    all.add(driver);
    Map<String, Object> hello = new LinkedHashMap<>(hello(application));
    hello.put("driver", driver);
    hello.put("driver_directory", directory);
    hello.put("conf", application.conf().values());
    return answer(hello);
  }

  /** A context of the script's is stopped: ends its jobs and releases what it kept. */
  public void detach(int driver) throws InterruptedException {
    if (drivers.contains(driver)) {
      application.endDriver(driver, "The script's SparkContext was stopped");
      drivers.remove(driver);
    }
  }

  /** Does what {@link #detach} does with the contexts there are: the engine is another's. */
  @Override
  public void stop() throws IOException {
    try {
      detachAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void detachAll() throws InterruptedException {
    for (int driver : List.copyOf(drivers)) {
      try {
        detach(driver);
      } catch (IllegalStateException e) {
        LOG.debug("The engine has been stopped meanwhile: " + e);
      }
    }
  }

  @Override
  void listed(long files) {
    listings.add(files);
  }

  /** A request that leaves something in the engine. */
  private interface Request {
    String answer() throws InterruptedException;
  }

  /** Answers a request, unless the script has ended: nothing would release what it leaves. */
  private String whileOpen(Request request) throws InterruptedException {
    lock.readLock().lock();
    try {
      if (ended) {
        throw new IllegalStateException("The script has ended");
      }
      return request.answer();
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public String describeFiles(byte[] request) {
    try {
      return whileOpen(() -> super.describeFiles(request));
    } catch (InterruptedException e) {
      throw new AssertionError("listing files is not interrupted", e);
    }
  }

  @Override
  public String update(byte[] request) throws InterruptedException {
    return whileOpen(() -> super.update(request));
  }

  @Override
  public String publish(byte[] request) throws InterruptedException {
    return whileOpen(() -> super.publish(request));
  }

  @Override
  public String lookup(byte[] request) throws InterruptedException {
    return whileOpen(() -> super.lookup(request));
  }

  /**
   * The script has ended. May be called again when it was interrupted.
   *
   * @param well whether the names that it has published stay
   */
  void end(boolean well) throws InterruptedException {
    lock.writeLock().lockInterruptibly();
    try {
      ended = true;
    } finally {
      lock.writeLock().unlock();
    }
    application.inputs().forget(listings);
    if (!well) {
      removeNames();
    }
    drivers.addAll(all); // those too that were stopped: their names may be gone since
    detachAll();
  }

  private void removeNames() throws InterruptedException {
    for (int driver : all) {
      try {
        application.names().removeOf(driver);
      } catch (IllegalStateException e) {
        LOG.debug("The engine has been stopped meanwhile: " + e);
      }
    }
  }

  /** What every driver is told of its application. */
  static Map<String, Object> hello(Application application) {
    List<String> disks = new ArrayList<>();
    for (Path disk : application.files().disks()) {
      disks.add(disk.toString());
    }
    Map<String, Object> directories = new LinkedHashMap<>();
    directories.put("disk", disks);
    directories.put("memory", application.files().memory().map(Path::toString).orElse(null));
    List<String> paths = new ArrayList<>();
    for (Path each : application.files().all()) {
      paths.add(each.toString());
    }
    directories.put("all", paths);
    Map<String, Object> hello = new LinkedHashMap<>();
    hello.put("ok", true);
    hello.put("application", application.files().application());
    hello.put("version", GatewayMain.version());
    hello.put("directories", directories);
    hello.put("start_ms", application.started());
    hello.put("master", application.master().text());
    hello.put("slots", application.master().slots());
    return hello;
  }
}
