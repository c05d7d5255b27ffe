package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.application.FoundPython;
import dev.firesteel.application.PythonSettings;
import dev.firesteel.driver.CallSite;
import dev.firesteel.gateway.ScriptServer;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.types.InvalidInputException;
import dev.firesteel.types.JobCancelledException;
import dev.firesteel.types.ScriptFailedException;
import dev.firesteel.util.Log;
import dev.firesteel.util.Threads;
import dev.firesteel.worker.InterpreterCheck;
import dev.firesteel.worker.WorkerException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs Python scripts on the context of a Java program. A script's {@code SparkContext()} and
 * {@code SparkContext.getOrCreate()} attach to that context, with its settings; so both run jobs on
 * one engine, and share RDDs by name ({@link FiresteelContext#publish}, {@link
 * FiresteelContext#lookup}; {@code sc.publish} and {@code sc.lookup} in Python). {@code sc.stop()}
 * in the script only detaches it.
 *
 * <pre>{@code
 * sc.publish("lines", sc.textFile("README.md"));
 * PythonRunner.run("score.py", "--best", "10");
 * Rdd<Double> scores = sc.lookup("scores");
 * }</pre>
 */
public final class PythonRunner {
  private static final Log LOG = Log.of("driver");
  private static final int KEPT = 32 << 10;
  private static final long PATIENCE_SECONDS = 5;
  private static final long QUIET_MILLIS = 500;

  private PythonRunner() {}

  /**
   * Runs a script to its end on the one context that this program has open.
   *
   * @param script the path of the script
   * @param arguments its arguments, {@code sys.argv[1:]}
   * @throws IllegalStateException when no context is open, or several are
   * @throws ScriptFailedException when the script ends with an error
   */
  public static void run(String script, String... arguments) {
    Collection<FiresteelContext> open = FiresteelContext.running();
    if (open.size() != 1) {
      throw new IllegalStateException(
          "%s: %d contexts are open. Name the one that the script attaches to: PythonRunner.run(sc, script)."
              .formatted(CallSite.of("run"), open.size()));
    }
    run(open.iterator().next(), script, arguments);
  }

  /**
   * Runs a script to its end. What it prints goes to {@code System.out} and {@code System.err}; its
   * standard input is empty. What a script has published stays when it has ended well, and goes
   * when it has not. Interrupting the thread that waits ends the script.
   *
   * @param sc the context that the script attaches to
   * @param script the path of the script
   * @param arguments its arguments, {@code sys.argv[1:]}
   * @throws ScriptFailedException when the script ends with an error
   * @throws JobCancelledException when the thread was interrupted
   */
  public static void run(FiresteelContext sc, String script, String... arguments) {
    String site = CallSite.of("run");
    sc.session().requireRunning(site);
    if (!Files.isReadable(Path.of(requireNonNull(script, "script is null")))
        || Files.isDirectory(Path.of(script))) {
      throw new InvalidInputException(
          "%s: %s is no file that can be read. A relative path counts from %s"
              .formatted(site, script, System.getProperty("user.dir")),
          null);
    }
    try (ScriptServer server = ScriptServer.open(sc.application)) {
      Process process = start(sc, script, site);
      int status = -1;
      try {
        Tail errors = new Tail(process.getErrorStream(), System.err);
        Tail output = new Tail(process.getInputStream(), System.out);
        invite(server, process, script, arguments);
        status = process.waitFor();
        errors.await();
        output.await();
        if (status != 0) {
          throw failed(sc, site, script, status, errors.text());
        }
      } finally {
        end(process);
        server.ended(status == 0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobCancelledException(
          site + ": the script " + script + " was ended: the thread that waited was interrupted",
          e);
    }
  }

  private static Process start(FiresteelContext sc, String script, String site) {
    try {
      PythonSettings python = new FoundPython(sc.conf).get();
      // The script's name is for those who list processes; the invitation has it, and the
      // arguments.
      ProcessBuilder builder =
          new ProcessBuilder(python.executable(), "-m", "firesteel._launch.attached", script);
      Map<String, String> environment = builder.environment();
      String inherited = environment.get("PYTHONPATH");
      environment.put(
          "PYTHONPATH",
          inherited == null || inherited.isEmpty()
              ? python.packageRoot()
              : python.packageRoot() + File.pathSeparator + inherited);
      return builder.start();
    } catch (IOException | WorkerException e) {
      throw new FiresteelException(
          "%s: Python can't be started for %s: %s. Set PYSPARK_PYTHON or spark.pyspark.python to an interpreter that exists."
              .formatted(site, script, e.getMessage()),
          e);
    }
  }

  /**
   * Sends the invitation, and leaves the pipe open: its end tells the script that this program has
   * ended. A script that does not read it ends by itself, and says why.
   */
  private static void invite(
      ScriptServer server, Process process, String script, String[] arguments) {
    try {
      server.invite(process.getOutputStream(), script, Arrays.asList(arguments));
    } catch (IOException e) {
      LOG.debug("The script takes no invitation: " + e);
    }
  }

  private static ScriptFailedException failed(
      FiresteelContext sc, String site, String script, int status, String errors)
      throws InterruptedException {
    String complaint =
        InterpreterCheck.complaintOf(new FoundPython(sc.conf).executable(), List.of("py4j"));
    return new ScriptFailedException(
        "%s: the script %s ended with status %d%s.%s%s"
            .formatted(
                site,
                script,
                status,
                signal(status),
                complaint == null ? "" : " " + complaint,
                errors.isBlank() ? "" : " The end of its standard error:\n" + errors.strip()),
        status,
        errors);
  }

  private static String signal(int status) {
    if (status <= 128 || status > 128 + 64) {
      return "";
    }
    int signal = status - 128;
    return signal == 9
        ? " (signal 9, SIGKILL: from somebody, or from the kernel when memory is short)"
        : " (that of signal " + signal + ")";
  }

  /** Ends a script that was not waited for, and what it has started. */
  private static void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    boolean interrupted = false;
    try {
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true; // in a hurry
    }
    all.forEach(ProcessHandle::destroyForcibly);
    process.toHandle().onExit().join();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Passes a stream on, and keeps its end. */
  private static final class Tail {
    private final InputStream from;
    private final PrintStream to;
    private final Thread thread;

    /** Guarded by this. */
    private byte[] kept = {};

    /** How many bytes have come; guarded by this. */
    private long passed;

    Tail(InputStream from, PrintStream to) {
      this.from = from;
      this.to = to;
      this.thread = Threads.start("script-output", this::pass);
    }

    private void pass() {
      byte[] chunk = new byte[8192];
      try {
        for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
          to.write(chunk, 0, count);
          to.flush();
          keep(chunk, count);
        }
      } catch (IOException e) {
        to.println("The output of a Python script can't be read any more: " + e);
      }
    }

    private synchronized void keep(byte[] chunk, int count) {
      int before = Math.min(kept.length, KEPT - Math.min(count, KEPT));
      byte[] joined = new byte[before + count];
      System.arraycopy(kept, kept.length - before, joined, 0, before);
      System.arraycopy(chunk, 0, joined, before, count);
      kept = joined;
      passed += count;
    }

    private synchronized long passed() {
      return passed;
    }

    /**
     * Waits for the end, as long as something comes: processes that the script has started, and
     * that go on, may hold the stream open. What they print later is passed on too.
     */
    void await() throws InterruptedException {
      long before;
      do {
        before = passed();
        thread.join(QUIET_MILLIS);
      } while (thread.isAlive() && passed() != before);
    }

    synchronized String text() {
      return new String(kept, StandardCharsets.UTF_8);
    }
  }
}
