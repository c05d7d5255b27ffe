package dev.firesteel.input;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lists inputs for drivers, and remembers the splits under a number until they are forgotten:
 * lineage refers to them by it, and they need not travel to the driver and back. Thread-safe.
 */
public interface InputListings {

  /**
   * Lists an input. Nothing is remembered.
   *
   * @param format the name of its format
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param minPartitions how many partitions are wanted at least
   * @throws InputException when the input is not there or can't be read
   * @throws IllegalArgumentException if there is no such format
   */
  List<Split> list(
      String format,
      List<String> paths,
      @Nullable String directory,
      int minPartitions,
      Map<String, String> options)
      throws IOException;

  /** Remembers splits under a new number. */
  InputFormat.Listing remember(List<Split> splits);

  /** Returns what was listed under a number. */
  Optional<InputFormat.Listing> find(long id);

  /** Forgets what was listed under some numbers; lineage that names it already keeps its own. */
  void forget(Collection<Long> ids);
}
