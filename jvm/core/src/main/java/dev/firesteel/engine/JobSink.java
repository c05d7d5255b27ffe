package dev.firesteel.engine;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What a job does with the partitions of its target. */
public sealed interface JobSink {

  /** Hands them to the driver. */
  record Result() implements JobSink {}

  /** Counts their records, which asks no task where a cached block tells. */
  record Count() implements JobSink {}

  /** Writes them as block files of a checkpoint. */
  record BlockWrite(String directory) implements JobSink {
    public BlockWrite {
      requireNonNull(directory, "directory is null");
    }
  }

  /** Writes them as text files. */
  record SaveText(String directory, @Nullable String codec) implements JobSink {
    public SaveText {
      requireNonNull(directory, "directory is null");
    }
  }
}
