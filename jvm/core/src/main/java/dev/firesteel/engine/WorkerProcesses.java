package dev.firesteel.engine;

import java.nio.file.Path;
import java.util.List;

/** The processes on this machine that run Python functions. Thread-safe. */
public interface WorkerProcesses {

  /** Returns the workers' process ids. */
  List<Long> pids();

  /** Returns the process id of the daemon that forks them, or -1 if none is running. */
  long daemonPid();

  /** Returns the socket where they report. */
  Path socket();

  /** The next tasks run in workers that have imported nothing yet: modules may have changed. */
  void renew();
}
