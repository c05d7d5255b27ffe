package dev.firesteel.application;

import static java.util.Objects.requireNonNull;

import dev.firesteel.config.ConfigKeys;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.worker.PythonCode;
import dev.firesteel.worker.WorkerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The Python of a Java program's workers: the interpreter that it has chosen, and the code that
 * this artifact carries.
 */
public final class FoundPython implements PythonSettings.Source {
  private final FiresteelConf conf;

  /** The Python that a configuration says. */
  public FoundPython(FiresteelConf conf) {
    this.conf = requireNonNull(conf, "conf is null");
  }

  @Override
  public PythonSettings get() throws WorkerException {
    try {
      // Someone without a home directory has one for temporary files.
      Path temporary =
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "firesteel-python-" + System.getProperty("user.name"));
      Path code = PythonCode.unpacked(List.of(cache(), temporary));
      return new PythonSettings(executable(), List.of(), code.toString(), Map.of());
    } catch (IOException e) {
      throw new WorkerException("The workers' Python code can't be unpacked: " + e, e);
    }
  }

  /** The interpreter: {@code spark.pyspark.python}, else PYSPARK_PYTHON, else python3. */
  public String executable() {
    String variable = System.getenv("PYSPARK_PYTHON");
    return conf.find(ConfigKeys.PYTHON)
        .orElse(variable == null || variable.isEmpty() ? "python3" : variable);
  }

  /** The user's cache directory for Firesteel, as the Python package has it. */
  private static Path cache() {
    String base = System.getenv("XDG_CACHE_HOME");
    return base == null || base.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "firesteel")
        : Path.of(base, "firesteel");
  }
}
