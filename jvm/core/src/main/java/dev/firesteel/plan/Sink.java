package dev.firesteel.plan;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.lineage.Partitioner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The root of a plan: where the records of its source go. */
public sealed interface Sink extends Plan {

  /** Returns what the task reads. */
  Source source();

  @Override
  default List<Source> children() {
    return List.of(source());
  }

  /** Calls the method of the visitor that belongs to this sink. */
  <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X;

  /**
   * One method for each kind of sink.
   *
   * @param <X> what its methods throw
   */
  interface Visitor<T, X extends Exception> {
    /** Visits {@link Result}. */
    T visit(Result sink) throws X;

    /** Visits {@link ShuffleWrite}. */
    T visit(ShuffleWrite sink) throws X;

    /** Visits {@link Exchange}. */
    T visit(Exchange sink) throws X;

    /** Visits {@link Count}. */
    T visit(Count sink) throws X;

    /** Visits {@link BlockWrite}. */
    T visit(BlockWrite sink) throws X;

    /** Visits {@link SaveText}. */
    T visit(SaveText sink) throws X;
  }

  /** Back to the driver, as a block or inline in the answer. */
  record Result(Source source, BlockId.Result block) implements Sink {
    public Result {
      requireNonNull(source, "source is null");
      requireNonNull(block, "block is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /**
   * Into the sections of a map output.
   *
   * @param partitions how many sections
   * @param combine the closure that combines values by key before they are written, or null
   */
  record ShuffleWrite(
      Source source,
      BlockId.ShuffleMap block,
      int partitions,
      Partitioner partitioner,
      @Nullable ClosureId combine)
      implements Sink {
    public ShuffleWrite {
      requireNonNull(source, "source is null");
      requireNonNull(block, "block is null");
      requireNonNull(partitioner, "partitioner is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /**
   * To the half of the plan that the other language runs, batch by batch, as long as it wants more.
   *
   * @param number the crossing's number in the plan
   */
  record Exchange(Source source, int number) implements Sink {
    public Exchange {
      requireNonNull(source, "source is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** Nowhere: only how many there are is told. */
  record Count(Source source) implements Sink {
    public Count {
      requireNonNull(source, "source is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /**
   * Into a block file of a checkpoint's directory, under a temporary name.
   *
   * @param name what the block's checksums are seeded with
   */
  record BlockWrite(Source source, String directory, int partition, String name) implements Sink {
    public BlockWrite {
      requireNonNull(source, "source is null");
      requireNonNull(directory, "directory is null");
      requireNonNull(name, "name is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /**
   * Into a text file of a directory, under a temporary name.
   *
   * @param codec the compression codec's name, or null for none
   */
  record SaveText(Source source, String directory, int partition, @Nullable String codec)
      implements Sink {
    public SaveText {
      requireNonNull(source, "source is null");
      requireNonNull(directory, "directory is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }
}
