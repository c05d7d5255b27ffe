package dev.firesteel.engine;

import static java.util.Objects.requireNonNull;

import dev.firesteel.input.InputListings;

/**
 * An engine, and what drivers ask for beside jobs, made together: nothing of a running application
 * is reached past these.
 *
 * @param engine runs jobs
 * @param inputs lists input files, and cuts them into partitions
 * @param files keeps drivers' files
 * @param jars finds the classes of functions
 * @param workers the processes that run Python functions
 */
public record StartedEngine(
    Engine engine,
    InputListings inputs,
    ApplicationFiles files,
    Jars jars,
    WorkerProcesses workers) {
  public StartedEngine {
    requireNonNull(engine, "engine is null");
    requireNonNull(inputs, "inputs is null");
    requireNonNull(files, "files is null");
    requireNonNull(jars, "jars is null");
    requireNonNull(workers, "workers is null");
  }
}
