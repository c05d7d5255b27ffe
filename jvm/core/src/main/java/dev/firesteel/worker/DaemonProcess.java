package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Fields;
import dev.firesteel.util.Log;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import dev.firesteel.util.Threads;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The Python daemon: imports the runtime once and forks workers. It holds our end of its standard
 * input; closing that is how it is told to end, and it ends its workers then. Thread-safe.
 *
 * <p>Two threads belong to it: {@code daemon-exit} waits for the process, {@code daemon-frames}
 * reads what it reports.
 */
final class DaemonProcess implements Closeable {
  private static final Log LOG = Log.of("worker");
  private static final String[] BLAS_THREADS = {
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"
  };

  /** Hears of the daemon's life, on the daemon's own threads and without any lock held. */
  interface Listener {
    /** A worker has ended. */
    void workerDied(DaemonProcess daemon, long pid, Death how);

    /**
     * The daemon could not fork, because of a limit for example; the message is for the user. It
     * goes on, and so do its workers.
     */
    void refused(DaemonProcess daemon, String message);

    /** The daemon has ended. */
    void ended(DaemonProcess daemon, Death how);
  }

  /**
   * Why a daemon is of no use.
   *
   * @param lasting whether the next one will be of none, either
   */
  record Failure(String message, boolean lasting) {}

  private final Process process;
  private final Listener listener;
  private volatile @Nullable FrameChannel channel;
  private volatile @Nullable Failure failure;

  private DaemonProcess(Process process, Listener listener) {
    this.process = process;
    this.listener = requireNonNull(listener, "listener is null");
  }

  /**
   * Starts a daemon, which will connect to the socket.
   *
   * @throws WorkerException when the interpreter can't be run
   */
  static DaemonProcess start(WorkerSettings settings, byte[] secret, Listener listener)
      throws WorkerException {
    ProcessBuilder builder = new ProcessBuilder(settings.python(), "-m", "firesteel._worker");
    builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment(settings));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new WorkerException(
          "The Python interpreter of the workers, %s, can't be started: %s. Set PYSPARK_PYTHON or spark.pyspark.python to one that exists."
              .formatted(settings.python(), e.getMessage()),
          e,
          InterpreterCheck.isMissing(settings.python()));
    }
    DaemonProcess daemon = new DaemonProcess(process, listener);
    Threads.start("daemon-exit", daemon::awaitExit);
    daemon.configure(settings, secret);
    return daemon;
  }

  /** The variables that a daemon has besides, or in place of, those of this process. */
  static Map<String, String> environment(WorkerSettings settings) {
    Map<String, String> variables = new HashMap<>(settings.environment());
    String inherited = variables.getOrDefault("PYTHONPATH", System.getenv("PYTHONPATH"));
    variables.put(
        "PYTHONPATH",
        inherited == null || inherited.isEmpty()
            ? settings.packageRoot()
            : settings.packageRoot() + File.pathSeparator + inherited);
    variables.put("PYTHONHASHSEED", "0");
    String threads = Integer.toString(settings.cpus());
    for (String name : BLAS_THREADS) {
      if (System.getenv(name) == null) {
        variables.putIfAbsent(name, threads);
      }
    }
    return variables;
  }

  private void configure(WorkerSettings settings, byte[] secret) {
    byte[] body =
        Msgpack.pack(
            Map.of(
                "socket", settings.socket().toString(),
                "secret", secret,
                "path", List.copyOf(settings.path()),
                "prefork", settings.prefork(),
                "memory", settings.memory(),
                "limit", settings.limit()));
    try {
      OutputStream stdin = process.getOutputStream();
      stdin.write(ByteBuffer.allocate(4).putInt(body.length).array());
      stdin.write(body);
      stdin.flush();
    } catch (IOException e) {
      // It has ended already: daemon-exit tells how, which is the better message.
      LOG.debug("The daemon did not take its configuration: " + e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Whether the daemon has said hello. */
  boolean isConnected() {
    return channel != null;
  }

  /** Why this daemon is of no use, or null. */
  @Nullable Failure failure() {
    return failure;
  }

  void fail(Failure why) {
    failure = why;
  }

  /** The daemon has connected. */
  void attach(FrameChannel connection) {
    channel = connection;
    Threads.start("daemon-frames", () -> readFrames(connection));
  }

  /** Asks for so many workers more. */
  void fork(int count) throws IOException {
    send(FrameType.FORK, Map.of("count", count));
  }

  /** Asks for the end of a worker and of the processes that it started. */
  void kill(long pid) throws IOException {
    send(FrameType.KILL, Map.of("pid", pid));
  }

  private void send(FrameType type, Map<String, Object> body) throws IOException {
    FrameChannel connection = channel;
    if (connection == null) {
      throw new IOException("The daemon is not connected");
    }
    connection.send(type, Msgpack.pack(body));
  }

  private void readFrames(FrameChannel connection) {
    try {
      for (Frame frame = connection.receive(); frame != null; frame = connection.receive()) {
        handle(frame);
      }
    } catch (IOException | ProtocolException e) {
      LOG.debug("The daemon's connection ended: " + e);
    }
  }

  private void handle(Frame frame) {
    Fields fields = frame.fields();
    switch (frame.type()) {
      case DIED:
        Long signal = fields.numberOrNull("signal");
        Long status = fields.numberOrNull("status");
        listener.workerDied(
            this,
            fields.number("pid"),
            new Death(
                signal == null ? null : signal.intValue(),
                status == null ? null : status.intValue(),
                fields.stringOrNull("stack")));
        break;
      case FAILED:
        listener.refused(this, fields.fields("error").string("message"));
        break;
      case READY:
        break;
      case HELLO:
      case TASK:
      case DONE:
      case FORK:
      case KILL:
      case SPACE:
      case GRANT:
      case MEET:
      case MET:
      case NEED:
      case BATCH:
        throw new ProtocolException("The daemon sent a frame " + frame.type());
    }
  }

  private void awaitExit() {
    try {
      Death how = Death.ofExitValue(process.waitFor());
      listener.ended(this, how);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells the daemon to end, and sees to it that it does. */
  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("The daemon's standard input did not close well: " + e);
    }
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        LOG.warn("The Python daemon did not end within 2 s and is killed");
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    FrameChannel connection = channel;
    if (connection != null) {
      connection.close();
    }
  }
}
