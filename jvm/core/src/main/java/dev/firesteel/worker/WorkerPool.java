package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Closer;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Log;
import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one executor: hands out idle ones, the most recently used first (its memory is
 * warm), asks the daemon for more when there are none, and starts a new daemon when the old one is
 * gone, or when there has been none.
 *
 * <p>Thread-safe. Everything mutable is guarded by {@code lock}; no IO but short frames to the
 * daemon, and starting it, happens under the lock, and nobody else is called under it. Invariant:
 * every worker in {@code idle} is in {@code workers}.
 */
public final class WorkerPool implements Closeable {
  private static final Log LOG = Log.of("worker");

  /** So many workers in a row that end before their HELLO mean that it will not get better. */
  private static final int MAX_USELESS_FORKS = 5;

  /** So many daemons in a row that are killed while they start mean that somebody wants it so. */
  private static final int MAX_KILLED_STARTS = 4;

  private static final int MAX_STRANGERS = 64;

  private final WorkerSettings.Source source;
  private final byte[] secret = new byte[32];
  private final DaemonEvents events = new DaemonEvents();
  private final Closer closer = new Closer();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Long, Worker> workers = new LinkedHashMap<>();
  private final Deque<Worker> idle = new ArrayDeque<>();

  /** Deaths of processes that have not said hello yet (or whose HELLO is still being read). */
  private final Map<Long, Death> strangers = new LinkedHashMap<>();

  /** Null until the first daemon is started. */
  private @Nullable WorkerSettings settings;

  private @Nullable DaemonProcess daemon;
  private int waiting;
  private int expected;
  private int uselessForks;
  private int killedStarts;
  private int refusedForks;
  private String refusal = "";
  private boolean closed;

  private WorkerPool(WorkerSettings.Source source) {
    this.source = requireNonNull(source, "source is null");
    new SecureRandom().nextBytes(secret);
  }

  /** A pool that opens its socket and starts its daemon when the first worker is asked for. */
  public static WorkerPool onDemand(WorkerSettings.Source source) {
    return new WorkerPool(source);
  }

  /**
   * Opens the socket and starts the daemon, without waiting for it.
   *
   * @throws WorkerException when the interpreter can't be run, or the socket not be opened
   */
  public static WorkerPool start(WorkerSettings settings) throws WorkerException {
    requireNonNull(settings, "settings is null");
    WorkerPool pool = new WorkerPool(() -> settings);
    pool.lock.lock();
    try {
      pool.startDaemon();
      return pool;
    } catch (WorkerException e) {
      pool.closed = true;
      throw e;
    } finally {
      pool.lock.unlock();
    }
  }

  /**
   * Takes a worker for one task. It must be given back by {@link #release} or {@link #discard}.
   *
   * @param path where the task finds modules. A worker keeps the modules that it has imported, so
   *     one that has looked elsewhere would give others of the same names: it is not taken
   * @throws WorkerException when there is none and none can be had
   */
  public Worker acquire(List<String> path) throws WorkerException, InterruptedException {
    lock.lockInterruptibly();
    waiting++;
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(settings().startMillis());
      int refused = refusedForks;
      while (true) {
        if (closed) {
          throw new WorkerException("The workers have been stopped");
        }
        Worker worker = fitting(path);
        if (worker != null) {
          idle.remove(worker);
          worker.path = path;
          return worker;
        }
        DaemonProcess mine = daemon == null ? startDaemon() : daemon;
        askForWorkers();
        nanos = changed.awaitNanos(nanos);
        boolean none = fitting(path) == null;
        failIfHopeless(mine, none && nanos <= 0, settings().startMillis());
        if (refusedForks != refused && none) {
          throw new WorkerException(refusal);
        }
      }
    } finally {
      waiting--;
      lock.unlock();
    }
  }

  /** The idle worker used last of those that have looked there, or else one that has nowhere. */
  private @Nullable Worker fitting(List<String> path) {
    Worker found = null;
    for (Worker worker : idle) {
      boolean fresh = worker.path == null;
      if (path.equals(worker.path) || (fresh && (found == null || found.path == null))) {
        found = worker;
      }
    }
    return found;
  }

  /**
   * Has no worker used again that has run a task: files that they have imported may have changed.
   */
  public void renew() {
    List<Worker> used = new ArrayList<>();
    lock.lock();
    try {
      for (Worker worker : workers.values()) {
        if (worker.path != null) {
          worker.old = true;
        }
      }
      idle.removeIf(worker -> worker.old && used.add(worker));
    } finally {
      lock.unlock();
    }
    used.forEach(Worker::close);
  }

  private void failIfHopeless(DaemonProcess mine, boolean late, long startMillis)
      throws WorkerException {
    DaemonProcess.Failure failure = mine.failure();
    if (failure != null) {
      throw new WorkerException(failure.message(), null, failure.lasting());
    }
    if (uselessForks >= MAX_USELESS_FORKS) {
      uselessForks = 0;
      throw new WorkerException(
          MAX_USELESS_FORKS
              + " Python workers in a row ended as soon as they were forked. Their standard error may say why.");
    }
    if (late) {
      throw new WorkerException(
          "No Python worker came up within %d s. The machine may be overloaded, or the import of a package hangs; firesteel.worker.startTimeout sets how long to wait."
              .formatted(startMillis / 1_000));
    }
  }

  /** Gives a worker back that waits for its next task. */
  public void release(Worker worker) {
    Worker surplus = null;
    lock.lock();
    try {
      if (closed || worker.old || worker.isDead() || workers.get(worker.pid()) != worker) {
        surplus = worker;
      } else {
        idle.addLast(worker);
        WorkerSettings known = settings;
        if (known != null && idle.size() > known.slots()) {
          surplus = idle.pollFirst();
        }
        changed.signalAll(); // not all that wait can use it
      }
    } finally {
      lock.unlock();
    }
    if (surplus != null) {
      surplus.close();
    }
  }

  /** Gives a worker back that is of no use any more. It ends, if it has not. */
  public void discard(Worker worker) {
    lock.lock();
    try {
      idle.remove(worker);
    } finally {
      lock.unlock();
    }
    worker.close();
  }

  /** Ends a worker's process, whatever it is doing. */
  public void kill(Worker worker) {
    DaemonProcess current;
    lock.lock();
    try {
      current = daemon;
    } finally {
      lock.unlock();
    }
    if (worker.isDead() || current == null) {
      return; // a worker does not outlive its daemon
    }
    try {
      current.kill(worker.pid());
    } catch (IOException e) {
      LOG.warn("The daemon could not be told to kill worker " + worker.pid() + ": " + e);
      worker.close();
    }
  }

  /** The processes of the workers. */
  public List<Long> pids() {
    lock.lock();
    try {
      return new ArrayList<>(workers.keySet());
    } finally {
      lock.unlock();
    }
  }

  /** The process of the daemon, or -1. */
  public long daemonPid() {
    lock.lock();
    try {
      return daemon == null ? -1 : daemon.pid();
    } finally {
      lock.unlock();
    }
  }

  /** Ends workers and daemon and removes the socket. Idempotent. */
  @Override
  public void close() throws IOException {
    DaemonProcess last;
    List<Worker> all;
    lock.lock();
    try {
      closed = true;
      last = daemon;
      daemon = null;
      all = new ArrayList<>(workers.values());
      idle.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (last != null) {
      closer.add(last);
    }
    for (Worker worker : all) {
      worker.close();
    }
    closer.close();
  }

  /** Caller holds the lock. */
  private DaemonProcess startDaemon() throws WorkerException {
    WorkerSettings known = settings();
    DaemonProcess started = DaemonProcess.start(known, secret, events);
    daemon = started;
    expected = known.prefork();
    return started;
  }

  /** What the source says, asked once; the socket is open then. Caller holds the lock. */
  private WorkerSettings settings() throws WorkerException {
    WorkerSettings known = settings;
    if (known == null) {
      if (closed) {
        throw new WorkerException("The workers have been stopped");
      }
      known = source.get();
      try {
        closer.add(WorkerServer.start(known.socket(), secret, this::connected));
      } catch (IOException e) {
        throw new WorkerException(
            "The worker socket " + known.socket() + " can't be opened: " + e, e);
      }
      settings = known;
    }
    return known;
  }

  /**
   * Asks the daemon for as many workers as are waited for and not under way. Caller holds the lock.
   */
  private void askForWorkers() {
    DaemonProcess current = daemon;
    long fresh = idle.stream().filter(worker -> worker.path == null).count();
    int need = waiting - (int) fresh - expected;
    if (need <= 0 || current == null || !current.isConnected()) {
      return;
    }
    try {
      current.fork(need);
      expected += need;
    } catch (IOException e) {
      LOG.debug("The daemon is going: " + e); // its end wakes those who wait
    }
  }

  /** A process has said hello with the right secret. */
  private void connected(Fields hello, FrameChannel channel) {
    long pid = hello.number("pid");
    boolean accepted;
    lock.lock();
    try {
      accepted =
          hello.string("role").equals("daemon")
              ? daemonConnected(pid, channel)
              : workerConnected(pid, channel);
    } finally {
      lock.unlock();
    }
    if (!accepted) {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.debug("The connection of " + pid + " did not close well: " + e);
      }
    }
  }

  private boolean daemonConnected(long pid, FrameChannel channel) {
    DaemonProcess current = daemon;
    if (closed || current == null || current.isConnected()) {
      return false;
    }
    if (current.pid() != pid) {
      // A wrapper script may have started the interpreter; the secret says that it is ours.
      LOG.debug("The daemon is process " + pid + ", started by " + current.pid());
    }
    killedStarts = 0;
    current.attach(channel);
    askForWorkers();
    return true;
  }

  private boolean workerConnected(long pid, FrameChannel channel) {
    if (closed) {
      return false;
    }
    Worker worker = new Worker(pid, channel);
    Death early = strangers.remove(pid);
    if (early != null) {
      worker.died(early);
      return false;
    }
    expected = Math.max(0, expected - 1);
    uselessForks = 0;
    workers.put(pid, worker);
    idle.addLast(worker);
    changed.signal();
    return true;
  }

  /** What the daemon's threads report. */
  private final class DaemonEvents implements DaemonProcess.Listener {
    @Override
    public void workerDied(DaemonProcess source, long pid, Death how) {
      Worker worker;
      boolean wasIdle = false;
      lock.lock();
      try {
        worker = workers.remove(pid);
        if (worker == null) {
          expected = Math.max(0, expected - 1);
          uselessForks++;
          strangers.put(pid, how);
          if (strangers.size() > MAX_STRANGERS) {
            strangers.remove(strangers.keySet().iterator().next());
          }
        } else {
          wasIdle = idle.remove(worker);
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (worker != null) {
        worker.died(how);
        if (wasIdle) {
          worker.close();
        }
      }
    }

    @Override
    public void refused(DaemonProcess source, String message) {
      lock.lock();
      try {
        if (daemon == source) {
          expected = 0;
          refusedForks++;
          refusal = message;
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /** What is wrong with the interpreter of a daemon that has not come up, or null. */
    private @Nullable String complaint() {
      WorkerSettings known;
      lock.lock();
      try {
        known = closed ? null : settings;
      } finally {
        lock.unlock();
      }
      try {
        return known == null ? null : InterpreterCheck.complaint(known);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }

    @Override
    public void ended(DaemonProcess source, Death how) {
      List<Worker> orphans = List.of();
      boolean killed = how.signal() != null; // by somebody else, unless a package crashes
      String complaint = source.isConnected() || killed ? null : complaint();
      lock.lock();
      try {
        if (!source.isConnected() && source.failure() == null) {
          String python = settings == null ? "python" : settings.python();
          if (complaint != null) {
            source.fail(new DaemonProcess.Failure(complaint, true));
          } else if (!killed) {
            source.fail(
                new DaemonProcess.Failure(
                    "The Python process that starts workers (%s -m firesteel._worker) %s before it was ready. What it wrote on standard error says more; a package that is missing from that interpreter is the usual cause (it needs cloudpickle, crc32c, msgpack and numpy)."
                        .formatted(python, how.how()),
                    false));
          } else if (++killedStarts == MAX_KILLED_STARTS) {
            killedStarts = 0;
            source.fail(
                new DaemonProcess.Failure(
                    "The Python process that starts workers (%s -m firesteel._worker) %s before it was ready, and so did the %d before it."
                        .formatted(python, how.how(), MAX_KILLED_STARTS - 1),
                    false));
          }
        }
        if (daemon == source) {
          daemon = null;
          orphans = new ArrayList<>(workers.values());
          workers.clear();
          idle.clear();
          expected = 0;
          if (!closed && source.failure() == null) {
            LOG.warn(
                "The Python process that starts workers " + how.how() + "; it is started again");
          }
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      for (Worker orphan : orphans) {
        orphan.died(Death.UNKNOWN);
        orphan.close();
      }
    }
  }
}
