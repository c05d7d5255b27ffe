package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind of input: how it is cut into splits, and how tasks in Java read one. Plans name it, and
 * carry options and splits that nobody else looks into. A class of this type with a public
 * constructor without parameters, named in {@code
 * META-INF/services/dev.firesteel.input.InputFormat} of its jar, is all that Java needs to read a
 * new kind of input; a module of the same name is all that Python needs.
 */
public interface InputFormat {

  /** Returns the name in plans, such as {@code text}. */
  String name();

  /**
   * Lists an input and cuts it, a split for each partition. May take long: never called on the
   * scheduler's thread.
   *
   * @throws InputException when the input is not there or can't be read
   */
  default List<Split> splits(Wanted wanted) throws IOException {
    throw new IllegalArgumentException("The driver makes the splits of the format " + name());
  }

  /**
   * Opens a split, in a task. What goes wrong with the input, now or while it is read, is an {@link
   * IOException} or an {@link java.io.UncheckedIOException}.
   *
   * @param options what the driver said of the whole input
   * @return the records
   */
  Iterator<?> open(Split split, Map<String, String> options, Reading reading) throws IOException;

  /**
   * What is to be listed.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param minPartitions how many partitions are wanted at least
   * @param largest the most bytes in a split that could be smaller
   * @param options what the driver said of the whole input
   */
  record Wanted(
      List<String> paths,
      @Nullable String directory,
      int minPartitions,
      long largest,
      Map<String, String> options) {
    public Wanted {
      paths = List.copyOf(paths);
      options = Map.copyOf(options);
      if (largest < 1) {
        throw new IllegalArgumentException("largest is " + largest);
      }
    }
  }

  /** The task that reads a split. */
  interface Reading {
    /** Adds to the bytes that the task has read. */
    void read(long bytes);

    /** Has something closed when the task ends, however it ends. */
    <T extends Closeable> T closing(T resource);

    /** Returns where the application's classes are found. */
    ClassLoader loader();
  }

  /** An input that has been listed: {@code id} is what lineage calls it. */
  record Listing(long id, List<Split> splits) {
    public Listing {
      splits = List.copyOf(requireNonNull(splits, "splits is null"));
    }
  }
}
