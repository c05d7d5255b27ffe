package dev.firesteel.sql;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Starts Spark with its Connect service for one driver, tells it the port, and ends with it.
 *
 * <p>The driver is at the other end of standard input and output, in {@link Frames}: it sends
 * {@code conf, key, value, …}; the server answers {@code ready, port, version of Spark} or {@code
 * failed, message}. Afterwards the server asks {@code open, request, source} whenever a query reads
 * one, and the driver answers {@code opened, request, path, …} or {@code refused, request,
 * message}, in any order.
 *
 * <p>The end of standard input is the end of the process: Spark's shutdown hooks have some seconds,
 * then it halts. With the argument {@code --train} they have as long as they need, so that the JVM
 * can write an archive of the classes that were used.
 */
public final class ConnectServer {
  private static final long SECONDS_TO_END = 4;

  private final Frames frames;
  private final boolean bounded;
  private final AtomicBoolean ending = new AtomicBoolean();

  private ConnectServer(Frames frames, boolean bounded) {
    this.frames = frames;
    this.bounded = bounded;
  }

  /** Runs the server. */
  public static void main(String[] arguments) {
    Frames frames =
        new Frames(
            new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    System.setOut(System.err); // standard output is for frames
    if (System.getProperty("log4j2.configurationFile") == null) {
      System.setProperty(
          "log4j2.configurationFile", "classpath:dev/firesteel/sql/log4j2.properties");
    }
    boolean training = arguments.length == 1 && arguments[0].equals("--train");
    new ConnectServer(frames, !training).run();
  }

  private void run() {
    try {
      Map<String, String> configuration = configuration(frames.read());
      Driver driver = new Driver(frames, () -> end(1));
      driver.install();
      // Not a daemon: it is what keeps the process there.
      Thread reader = new Thread(() -> read(driver), "firesteel-driver");
      reader.start();
      SparkConnect spark = SparkConnect.start(configuration);
      frames.write(List.of("ready", Integer.toString(spark.port()), spark.version()));
    } catch (Throwable e) { // Spark throws checked exceptions that it does not declare
      fail(e);
    }
  }

  private static Map<String, String> configuration(@Nullable List<String> frame)
      throws IOException {
    if (frame == null) {
      throw new IOException("standard input ended before a configuration came");
    }
    if (frame.size() % 2 == 0 || !frame.get(0).equals("conf")) {
      throw new IOException("the first frame is not a configuration");
    }
    Map<String, String> configuration = new LinkedHashMap<>();
    for (int i = 1; i < frame.size(); i += 2) {
      configuration.put(frame.get(i), frame.get(i + 1));
    }
    return configuration;
  }

  /** Reads answers until there are no more. */
  private void read(Driver driver) {
    try {
      for (List<String> frame = frames.read(); frame != null; frame = frames.read()) {
        driver.answer(frame);
      }
      end(0);
    } catch (IOException e) {
      System.err.println("firesteel: the SQL engine ends: " + e.getMessage());
      end(1);
    }
  }

  private void fail(Throwable failure) {
    failure.printStackTrace();
    try {
      frames.write(List.of("failed", describe(failure)));
    } catch (IOException e) {
      System.err.println("firesteel: nobody hears that the SQL engine failed: " + e.getMessage());
    }
    end(1);
  }

  private static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      text.append(text.length() == 0 ? "" : "; caused by ").append(cause);
    }
    return text.toString();
  }

  /** Ends the process, in bounded time whatever the shutdown hooks do. The first call counts. */
  private void end(int status) {
    if (ending.getAndSet(true)) {
      return;
    }
    if (bounded) {
      Thread halt =
          new Thread(
              () -> {
                try {
                  Thread.sleep(SECONDS_TO_END * 1000);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt(); // halts early: nothing else is lost
                }
                Runtime.getRuntime().halt(status);
              },
              "firesteel-halt");
      halt.setDaemon(true);
      halt.start();
    }
    System.exit(status);
  }
}
