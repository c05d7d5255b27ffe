package dev.firesteel.application;

import dev.firesteel.config.Master;
import dev.firesteel.engine.StartedEngine;
import dev.firesteel.util.Closer;
import dev.firesteel.worker.WorkerException;
import java.io.IOException;

/** Makes the engines for one kind of master, with all that drivers need beside. */
interface EngineFactory {

  /** Returns whether a master is of its kind. */
  boolean makes(Master master);

  /**
   * Starts an engine.
   *
   * @param closer takes each part as soon as it is started, to close it at the end of the
   *     application, or when a later part cannot be started
   * @throws IOException when its directories can't be made
   * @throws WorkerException when the Python daemon is wanted at once and can't be started
   */
  StartedEngine start(ApplicationSettings settings, Master master, Closer closer)
      throws IOException, WorkerException;
}
