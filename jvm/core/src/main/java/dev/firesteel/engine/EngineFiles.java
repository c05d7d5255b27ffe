package dev.firesteel.engine;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import java.nio.file.Path;

/**
 * The engine's port to the files of an application: the scheduler decides what exists, this
 * remembers where, for the executors that resolve names. Called on the scheduler's thread, in the
 * order of its decisions; so every method must be quick and do no IO, and leave the deletion of
 * files to another thread.
 */
public interface EngineFiles {

  /** A map output can be read from now on. */
  void registerMapOutput(
      ShuffleId shuffle, int maps, int map, long attempt, OutputFile file, ShuffleReport report);

  /** A map output is lost, or is to be computed again: nobody may read it from now on. */
  void unregisterMapOutput(ShuffleId shuffle, int map);

  /** A persisted block can be read from now on. */
  void registerBlock(StoredBlock block, StorageLevel level);

  /** The driver has written a file; it may be in the memory tier. */
  void driverFile(Path path);

  /** A persisted block is gone; its file is deleted when no task that was launched with it runs. */
  void removeBlock(BlockId.Rdd block);

  /** A shuffle is gone; all its map outputs and tables are deleted. */
  void removeShuffle(ShuffleId shuffle);

  /**
   * A file that nobody refers to is deleted: the output of an attempt that did not count, an input.
   */
  void deleteFile(Location location);

  /** A file that the driver has written and nobody refers to is deleted. */
  void deleteDriverFile(Path path);
}
