package dev.firesteel.application;

import static java.util.Objects.requireNonNull;

import dev.firesteel.worker.WorkerException;
import java.util.List;
import java.util.Map;

/**
 * Which Python runs an application's workers.
 *
 * @param executable the interpreter
 * @param path what the workers' {@code sys.path} is to hold
 * @param packageRoot the directory that holds the package {@code firesteel}
 * @param environment variables for the workers
 */
public record PythonSettings(
    String executable, List<String> path, String packageRoot, Map<String, String> environment) {
  public PythonSettings {
    requireNonNull(executable, "executable is null");
    path = List.copyOf(path);
    requireNonNull(packageRoot, "packageRoot is null");
    environment = Map.copyOf(environment);
  }

  /** Says which Python it is, when the first task needs one. */
  @FunctionalInterface
  public interface Source {
    /**
     * Returns the settings. Asked once, by the thread of a task.
     *
     * @throws WorkerException when there is no Python that can run workers; the message is for the
     *     user
     */
    PythonSettings get() throws WorkerException;
  }
}
