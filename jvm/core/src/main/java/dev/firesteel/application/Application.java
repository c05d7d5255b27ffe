package dev.firesteel.application;

import dev.firesteel.config.ConfigException;
import dev.firesteel.config.ConfigKeys;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.config.Master;
import dev.firesteel.engine.ApplicationFiles;
import dev.firesteel.engine.Engine;
import dev.firesteel.engine.Jars;
import dev.firesteel.engine.StartedEngine;
import dev.firesteel.engine.WorkerProcesses;
import dev.firesteel.input.InputListings;
import dev.firesteel.util.Closer;
import dev.firesteel.worker.WorkerException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One running application: the engine that its master asks for, with all that drivers need beside,
 * and what they have published. Closing ends everything in reverse order and removes all files.
 */
public final class Application implements AutoCloseable {
  /** One for each kind of master. */
  private static final List<EngineFactory> FACTORIES = List.of(new LocalEngineFactory());

  private final long started = System.currentTimeMillis();
  private final FiresteelConf conf;
  private final Master master;
  private final StartedEngine parts;
  private final Names names;
  private final AtomicInteger drivers = new AtomicInteger();
  private final Closer closer;

  private Application(FiresteelConf conf, Master master, StartedEngine parts, Closer closer) {
    this.conf = conf;
    this.master = master;
    this.parts = parts;
    this.names = new Names(parts.engine());
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
    EngineFactory factory = factory(master);
    Closer closer = new Closer();
    try {
      return new Application(conf, master, factory.start(settings, master, closer), closer);
    } catch (IOException | WorkerException | RuntimeException e) {
      try {
        closer.close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private static EngineFactory factory(Master master) {
    for (EngineFactory factory : FACTORIES) {
      if (factory.makes(master)) {
        return factory;
      }
    }
    throw new ConfigException(
        "MASTER_NOT_YET",
        "The master '%s' is not supported yet. Use local[1], which runs one task at a time in a worker process."
            .formatted(master.text()));
  }

  /** Its configuration. */
  public FiresteelConf conf() {
    return conf;
  }

  /** When it was started, in milliseconds since 1970. */
  public long started() {
    return started;
  }

  /** Where its tasks run. */
  public Master master() {
    return master;
  }

  /** What runs jobs. */
  public Engine engine() {
    return parts.engine();
  }

  /** What lists and splits input files. */
  public InputListings inputs() {
    return parts.inputs();
  }

  /** The files of its drivers. */
  public ApplicationFiles files() {
    return parts.files();
  }

  /** Where the classes of its functions are. */
  public Jars jars() {
    return parts.jars();
  }

  /** The Python workers. */
  public WorkerProcesses workers() {
    return parts.workers();
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
    workers().renew();
    return drivers.incrementAndGet();
  }

  /**
   * A driver that did not start the application has ended: its jobs are cancelled, what it kept is
   * released, and the next tasks run in workers that have imported nothing yet.
   */
  public void endDriver(int driver, String reason) throws InterruptedException {
    files().driverEnded(driver, engine().endDriver(driver, reason));
    workers().renew();
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
