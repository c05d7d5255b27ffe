package dev.firesteel.input;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lists input files, cuts them into partitions, and remembers each list under a number until it is
 * forgotten. Thread-safe.
 */
public interface InputListings {

  /**
   * Lists the inputs of {@code textFile}.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param minPartitions how many partitions are wanted at least
   * @throws InputException when an input is not there or can't be read
   */
  FileSet text(List<String> paths, @Nullable String directory, int minPartitions)
      throws IOException;

  /**
   * Lists the inputs of {@code wholeTextFiles}.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param minPartitions about how many partitions are wanted; there are never more than files
   * @throws InputException when an input is not there or can't be read
   */
  FileSet whole(List<String> paths, @Nullable String directory, int minPartitions)
      throws IOException;

  /** Returns what was listed under a number. */
  Optional<FileSet> find(long id);

  /** Forgets what was listed under some numbers; lineage that names it already keeps its own. */
  void forget(Collection<Long> ids);
}
