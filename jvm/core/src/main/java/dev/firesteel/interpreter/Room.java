package dev.firesteel.interpreter;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Who a task asks before it writes more into the memory tier than it may. */
@FunctionalInterface
public interface Room {

  /**
   * An answer.
   *
   * @param bytes how much more may be written
   * @param path where to go on if that is nothing; null if the file may not be kept
   */
  record Grant(long bytes, @Nullable Path path) {}

  /**
   * Asks for more.
   *
   * @param name the block that is being written
   * @param wish how many bytes would be good
   * @param least how many are needed
   */
  Grant ask(String name, long wish, long least);
}
