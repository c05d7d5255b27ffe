package dev.firesteel.engine;

import dev.firesteel.id.BlockId;
import dev.firesteel.lineage.RemainingLineage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An engine's port to the files of an application: where its drivers put files, how much room there
 * is for them, and what becomes of them. Thread-safe.
 */
public interface ApplicationFiles {

  /** Returns the application's id, which its directories are named after. */
  String application();

  /** Returns where files on disk are, at least one directory. */
  List<Path> disks();

  /** Returns where files in memory are, if there is such a place. */
  Optional<Path> memory();

  /** Returns every directory of the application. */
  List<Path> all();

  /** Returns where the driver that started the application puts its files. */
  Path driver();

  /** Makes the directory where another driver puts its files, which go when it ends. */
  Path makeDirectory(int driver) throws IOException;

  /**
   * A driver that did not start the application has ended: removes its files that nobody needs.
   *
   * @param left what lineage there is after it
   */
  void driverEnded(int driver, RemainingLineage left);

  /**
   * Lets a driver write more of a broadcast into memory, while there is room.
   *
   * @param bytes how many more it would like
   * @param least how many more are of use
   * @return how many more it may write, 0 if there is no room
   * @throws IllegalStateException if there is no place for files in memory
   */
  long room(BlockId.Broadcast broadcast, long bytes, long least);

  /** Returns how many blocks there are. */
  int blocks();

  /** Waits until the files whose removal has been asked for are gone. */
  void awaitCleanup() throws InterruptedException;

  /**
   * Removes what applications left that had not ended well: those of this user whose lock is free.
   * It reads directories, so it is for a thread of its own.
   */
  void removeLeftovers();
}
