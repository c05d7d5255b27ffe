package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why an interpreter can't run workers: it is too old, or lacks libraries. Asked only
 * after a daemon has ended before it was ready, so that a good one costs nothing.
 */
public final class InterpreterCheck {
  private static final List<Integer> LEAST = List.of(3, 10);
  private static final List<String> NEEDED = List.of("cloudpickle", "crc32c", "msgpack", "numpy");
  private static final int PATIENCE_SECONDS = 20;

  /** Begins a line of the probe that is a sentence; the others are names of packages. */
  private static final String SENTENCE = "! ";

  /**
   * Runs on any Python, also on one of twenty years ago. Where the driver lends its packages, this
   * interpreter takes them first, as a daemon does.
   */
  private static final String PROBE =
      """
      import os, sys
      sys.stdout.write("%d %d %d\\n" % tuple(sys.version_info[:3]))
      def say(sentence):
          if sentence:
              sys.stdout.write("! " + sentence + "\\n")
      packages = None
      if "FIRESTEEL_DRIVER" in os.environ and sys.version_info >= (3, 10):
          from firesteel._config import packages
          say(packages.accept())
      for name in sys.argv[1:]:
          try:
              __import__(name)
          except Exception:
              sys.stdout.write(name + "\\n")
      if packages:
          say(packages.unfit())
      """;

  private InterpreterCheck() {}

  /** Whether there is no such program, or none that can be run. */
  static boolean isMissing(String python) {
    if (python.contains("/")) {
      return !isProgram(new File(python));
    }
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .noneMatch(directory -> isProgram(new File(directory, python)));
  }

  private static boolean isProgram(File file) {
    return file.isFile() && file.canExecute();
  }

  /**
   * Returns a sentence for the user, or null when nothing is wrong with the interpreter itself.
   *
   * @param settings how daemons are started with it
   */
  static @Nullable String complaint(WorkerSettings settings) throws InterruptedException {
    return complaintOf(settings.python(), List.of(), DaemonProcess.environment(settings));
  }

  /**
   * Returns a sentence for the user, or null when nothing is wrong with the interpreter itself.
   *
   * @param python the interpreter
   * @param more packages that are needed besides those of workers
   */
  public static @Nullable String complaintOf(String python, List<String> more)
      throws InterruptedException {
    return complaintOf(python, more, Map.of());
  }

  private static @Nullable String complaintOf(
      String python, List<String> more, Map<String, String> environment)
      throws InterruptedException {
    requireNonNull(python, "python is null");
    try {
      ProcessBuilder builder = new ProcessBuilder(python, "-c", PROBE);
      builder.command().addAll(NEEDED);
      builder.command().addAll(more);
      builder.environment().putAll(environment);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      Process probe = builder.start();
      probe.getOutputStream().close();
      if (!probe.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        probe.destroyForcibly();
        return null;
      }
      String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return complaint(python, said.strip().lines().toList());
    } catch (IOException e) {
      return null; // that it can't be run has been told already
    }
  }

  static @Nullable String complaint(String python, List<String> said) {
    String[] numbers = said.isEmpty() ? new String[0] : said.get(0).split(" ", -1);
    if (numbers.length != 3) {
      return null;
    }
    String version = String.join(".", numbers);
    int major = Integer.parseInt(numbers[0]);
    int minor = Integer.parseInt(numbers[1]);
    if (major < LEAST.get(0) || (major == LEAST.get(0) && minor < LEAST.get(1))) {
      return "The workers' Python interpreter %s is Python %s, and workers need %d.%d or later. Choose another with spark.pyspark.python or PYSPARK_PYTHON."
          .formatted(python, version, LEAST.get(0), LEAST.get(1));
    }
    List<String> missing = said.subList(1, said.size());
    for (String line : missing) {
      if (line.startsWith(SENTENCE)) {
        return line.substring(SENTENCE.length());
      }
    }
    if (missing.isEmpty()) {
      return null;
    }
    return "The workers' Python interpreter %s (Python %s) lacks %s. Install there what is missing, '%s -m pip install %s', or choose another interpreter with spark.pyspark.python or PYSPARK_PYTHON."
        .formatted(python, version, String.join(", ", missing), python, String.join(" ", missing));
  }
}
