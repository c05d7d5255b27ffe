package dev.firesteel.gateway;

import dev.firesteel.application.Application;
import dev.firesteel.config.ConfigException;
import dev.firesteel.config.ConfigKeys;
import dev.firesteel.util.Log;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.Threads;
import dev.firesteel.worker.WorkerException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import py4j.GatewayServer;

/**
 * Starts the engine for one driver: reads the boot frame from standard input, puts the application
 * together, opens Py4J's server on the loopback interface, and says where on the handshake pipe.
 * The process ends when the driver does.
 *
 * <p>Arguments: the number of the handshake's file descriptor, or {@code --train} (see {@link
 * Training}).
 */
public final class GatewayMain {
  private static final Log LOG = Log.of("gateway");
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

  private GatewayMain() {}

  /** Runs the engine. */
  public static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("--train")) {
      System.exit(Training.run());
    }
    int handshake = arguments.length == 1 ? descriptor(arguments[0]) : -1;
    if (handshake < 0) {
      System.err.println(
          "This is Firesteel's engine, which a SparkContext starts. It takes the number of an open"
              + " file descriptor, or --train.");
      System.exit(2);
    }
    long started = System.currentTimeMillis();
    Path reply = Path.of("/proc/self/fd/" + handshake);
    InputStream stdin = new FileInputStream(FileDescriptor.in);
    Application application = null;
    try {
      BootRequest boot = BootRequest.read(stdin);
      Log.level(Log.Level.parse(boot.conf().get(ConfigKeys.LOG_LEVEL)));
      application = Application.start(boot.application(TEMPORARY));
      Application running = application;
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(running), "shutdown"));
      GatewayServer server = server(new GatewayEntry(running), boot.secret());
      send(reply, hello(running, server, started));
      Lifeline.watch(stdin, boot.driverPid(), () -> end(running, server));
      Threads.start("registry-cleaner", running.files()::removeLeftovers);
    } catch (IOException | WorkerException | RuntimeException e) {
      if (application != null) {
        close(application);
      }
      refuse(reply, e);
      System.exit(1);
    }
  }

  private static int descriptor(String argument) {
    try {
      return Integer.parseInt(argument);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Py4J's server, accepting. */
  static GatewayServer server(GatewayEntry entry, String secret) {
    GatewayServer server =
        new GatewayServer.GatewayServerBuilder()
            .entryPoint(entry)
            .javaPort(0)
            .javaAddress(InetAddress.getLoopbackAddress())
            .authToken(secret)
            .serverSocketFactory(new AuthenticatingSockets(secret))
            .build();
    GatewayServer.turnLoggingOff();
    server.start();
    return server;
  }

  private static Map<String, Object> hello(
      Application application, GatewayServer server, long started) {
    Map<String, Object> hello = new LinkedHashMap<>(AttachedEntry.hello(application));
    hello.put("port", server.getListeningPort());
    hello.put("start_ms", started);
    return hello;
  }

  /** The version in the jar's manifest; a class directory has none. */
  static String version() {
    String version = GatewayMain.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static void refuse(Path reply, Exception cause) {
    String condition = "ENGINE_START_FAILED";
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof ConfigException refused) {
      condition = refused.condition();
    } else {
      LOG.error("The engine can't start", cause);
      message =
          cause instanceof RuntimeException || cause instanceof FileSystemException
              ? "The engine can't start: " + cause // the kind says what the message leaves out
              : message;
    }
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("condition", condition);
    error.put("message", message);
    Map<String, Object> refusal = new LinkedHashMap<>();
    refusal.put("ok", false);
    refusal.put("error", error);
    try {
      send(reply, refusal);
    } catch (IOException e) {
      LOG.error("The driver can't be told either", e);
    }
  }

  private static void send(Path reply, Map<String, Object> message) throws IOException {
    byte[] body = Msgpack.pack(message);
    ByteBuffer frame = ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body);
    try (FileOutputStream out = new FileOutputStream(reply.toFile())) {
      out.write(frame.array());
    }
  }

  private static void end(Application application, GatewayServer server) {
    close(application);
    // A thread that waits in a socket's native code would hold the exit up for 300 ms.
    server.shutdown();
    System.exit(0);
  }

  private static void close(Application application) {
    try {
      application.close();
    } catch (IOException e) {
      LOG.error("The application did not end well", e);
    }
  }
}
