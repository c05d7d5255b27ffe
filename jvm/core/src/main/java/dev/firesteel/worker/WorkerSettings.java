package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How Python processes are started.
 *
 * @param python the interpreter
 * @param path the driver's {@code sys.path}
 * @param packageRoot the directory that holds the package {@code firesteel}
 * @param environment variables to set, beyond those of this process
 * @param socket where the engine listens
 * @param prefork workers that are forked at once
 * @param slots tasks at a time, and idle workers that are kept
 * @param memory bytes a worker may hold before it spills
 * @param limit bytes of address space that a worker may take at most; 0 for any number
 * @param cpus processors of a task, which bounds the threads of BLAS libraries
 * @param startMillis how long to wait for a process to come up
 */
public record WorkerSettings(
    String python,
    List<String> path,
    String packageRoot,
    Map<String, String> environment,
    Path socket,
    int prefork,
    int slots,
    long memory,
    long limit,
    int cpus,
    long startMillis) {
  public WorkerSettings {
    requireNonNull(python, "python is null");
    path = List.copyOf(path);
    requireNonNull(packageRoot, "packageRoot is null");
    environment = Map.copyOf(environment);
    requireNonNull(socket, "socket is null");
  }

  /** Says how Python processes are started, when the first is. */
  @FunctionalInterface
  public interface Source {
    /**
     * Returns the settings.
     *
     * @throws WorkerException when no Python process can be started; the message is for the user
     */
    WorkerSettings get() throws WorkerException;
  }
}
