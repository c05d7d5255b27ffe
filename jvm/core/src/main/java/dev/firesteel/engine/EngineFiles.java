package dev.firesteel.engine;

import dev.firesteel.executor.OutputFile;
import dev.firesteel.executor.ShuffleReport;
import dev.firesteel.lineage.ShuffleId;
import dev.firesteel.storage.BlockId;
import dev.firesteel.storage.StoredBlock;
import java.nio.file.Path;

/**
 * The engine's port to the files of an application: the scheduler decides what exists, this
 * remembers where, for the executors that resolve names. Registering must be quick and do no IO: it
 * is called on the scheduler's thread, before any task that needs the name is launched. Removing is
 * called on a thread where IO is welcome.
 */
public interface EngineFiles {

  /** A map output can be read from now on. */
  void registerMapOutput(
      ShuffleId shuffle, int maps, int map, long attempt, OutputFile file, ShuffleReport report);

  /** A map output is lost, or is to be computed again: nobody may read it from now on. */
  void unregisterMapOutput(ShuffleId shuffle, int map);

  /** A persisted block can be read from now on. */
  void registerBlock(StoredBlock block);

  /** Deletes a persisted block, if it is there, when no task that was launched with it runs. */
  void removeBlock(BlockId.Rdd block);

  /** Deletes all map outputs and tables of a shuffle. */
  void removeShuffle(ShuffleId shuffle);

  /** Deletes a file that nobody refers to: the output of an attempt that did not count, an input. */
  void deleteFile(Path path);
}
