package dev.firesteel.application;

import static java.util.Objects.requireNonNull;

import dev.firesteel.engine.WorkerProcesses;
import dev.firesteel.worker.WorkerPool;
import java.nio.file.Path;
import java.util.List;

/** The processes of a pool of workers. */
record LocalWorkers(WorkerPool pool, Path socket) implements WorkerProcesses {
  LocalWorkers {
    requireNonNull(pool, "pool is null");
    requireNonNull(socket, "socket is null");
  }

  @Override
  public List<Long> pids() {
    return pool.pids();
  }

  @Override
  public long daemonPid() {
    return pool.daemonPid();
  }

  @Override
  public void renew() {
    pool.renew();
  }
}
