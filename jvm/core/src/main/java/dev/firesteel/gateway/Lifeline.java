package dev.firesteel.gateway;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Log;
import dev.firesteel.util.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Ends this process when the driver is gone: when its end of our standard input closes, or its
 * process ends (a child that the driver forked may hold the pipe open). The threads are {@code
 * lifeline-stdin} and {@code lifeline-process}. The latter asks now and then: the JDK's own way to
 * wait for a process keeps a thread in native code, for which the end of the JVM waits 300 ms.
 */
final class Lifeline {
  private static final Log LOG = Log.of("gateway");
  private static final long ASK_MILLIS = 1_000;

  private Lifeline() {}

  /**
   * Begins to watch.
   *
   * @param gone called once or twice, on a thread that may block
   */
  static void watch(InputStream stdin, long driverPid, Runnable gone) {
    requireNonNull(gone, "gone is null");
    Threads.start(
        "lifeline-stdin",
        () -> {
          awaitEnd(stdin);
          gone.run();
        });
    Optional<ProcessHandle> driver = ProcessHandle.of(driverPid);
    if (driver.isEmpty()) {
      LOG.debug("The driver's process " + driverPid + " can't be seen; its pipe is watched alone");
      return;
    }
    Threads.start(
        "lifeline-process",
        () -> {
          if (awaitExit(driver.get())) {
            gone.run();
          }
        });
  }

  private static boolean awaitExit(ProcessHandle process) {
    try {
      while (process.isAlive()) {
        Thread.sleep(ASK_MILLIS);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void awaitEnd(InputStream stdin) {
    byte[] ignored = new byte[256];
    try {
      while (stdin.read(ignored) >= 0) {
        LOG.debug("The driver wrote something after the boot frame");
      }
    } catch (IOException e) {
      LOG.debug("Standard input failed, which is taken for its end: " + e);
    }
  }
}
