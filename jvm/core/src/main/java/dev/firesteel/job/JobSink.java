package dev.firesteel.job;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** What a job does with the partitions of its target. */
public sealed interface JobSink {

  /** Calls the method of the visitor that belongs to this sink. */
  <T> T accept(Visitor<T> visitor);

  /** One method for each kind of sink. */
  interface Visitor<T> {
    /** Visits {@link Result}. */
    T visit(Result sink);

    /** Visits {@link Count}. */
    T visit(Count sink);

    /** Visits {@link BlockWrite}. */
    T visit(BlockWrite sink);

    /** Visits {@link SaveText}. */
    T visit(SaveText sink);
  }

  /** Hands them to the driver. */
  record Result() implements JobSink {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** Counts their records, which asks no task where a cached block tells. */
  record Count() implements JobSink {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** Writes them as block files of a checkpoint. */
  record BlockWrite(String directory) implements JobSink {
    public BlockWrite {
      requireNonNull(directory, "directory is null");
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** Writes them as text files. */
  record SaveText(String directory, @Nullable String codec) implements JobSink {
    public SaveText {
      requireNonNull(directory, "directory is null");
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }
}
