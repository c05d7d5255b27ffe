package dev.firesteel.executor;

import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.interpreter.Room;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the names in the plan of one task attempt lead: all that running a plan knows of how an
 * engine keeps its files. Asked by the one thread that runs the attempt.
 */
public interface TaskNames {

  /** Where every name leads. */
  Map<String, Location> locations();

  /**
   * How much may be written into each file of the memory tier before asking; a name that is not
   * there has no limit.
   */
  Map<String, Long> space();

  /**
   * More is to be written of a file of the memory tier.
   *
   * @param wish how many bytes would be good
   * @param least how many are needed in any case; more than there can be, if the file system is
   *     full
   * @throws IllegalArgumentException if there is no limit to the name
   */
  Room.Grant extend(String name, long wish, long least);

  /** Returns where a file is that the task says it has written. */
  Location.File written(Path file);

  /** The table of a shuffle, which the plan reads, is damaged. */
  void tableLost(ShuffleId shuffle);
}
