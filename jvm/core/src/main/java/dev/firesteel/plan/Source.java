package dev.firesteel.plan;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.Split;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.SavedPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** A part of a plan that yields records. */
public sealed interface Source extends Plan {

  /** Returns the sources that it reads, from left to right; a crossing's is in another language. */
  @Override
  default List<Source> children() {
    return List.of();
  }

  /** Returns how many records it has, if the plan says so. */
  default OptionalLong statedRecords() {
    return OptionalLong.empty();
  }

  /**
   * Returns this source and all below it, each after its children, and those from left to right.
   */
  default List<Source> nodes() {
    return nodes(source -> true);
  }

  /** Returns what {@link #nodes()} does, but of crossings only themselves: one language's half. */
  default List<Source> half() {
    return nodes(source -> !(source instanceof Crossing));
  }

  /** The only walk over plans that there is; plans may be thousands of nodes deep. */
  private List<Source> nodes(Predicate<Source> opened) {
    List<Source> nodes = new ArrayList<>();
    Deque<Source> waiting = new ArrayDeque<>();
    waiting.push(this);
    while (!waiting.isEmpty()) {
      Source next = waiting.pop();
      nodes.add(next);
      if (opened.test(next)) {
        next.children().forEach(waiting::push);
      }
    }
    Collections.reverse(nodes);
    return nodes;
  }

  /** Calls the method of the visitor that belongs to this source. */
  <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X;

  /**
   * One method for each kind of source.
   *
   * @param <X> what its methods throw
   */
  interface Visitor<T, X extends Exception> {
    /** Visits {@link Input}. */
    T visit(Input source) throws X;

    /** Visits {@link FileSlice}. */
    T visit(FileSlice source) throws X;

    /** Visits {@link Range}. */
    T visit(Range source) throws X;

    /** Visits {@link Block}. */
    T visit(Block source) throws X;

    /** Visits {@link Saved}. */
    T visit(Saved source) throws X;

    /** Visits {@link ShuffleRead}. */
    T visit(ShuffleRead source) throws X;

    /** Visits {@link Chain}. */
    T visit(Chain source) throws X;

    /** Visits {@link Zip}. */
    T visit(Zip source) throws X;

    /** Visits {@link Product}. */
    T visit(Product source) throws X;

    /** Visits {@link Pipeline}. */
    T visit(Pipeline source) throws X;

    /** Visits {@link Cached}. */
    T visit(Cached source) throws X;

    /** Visits {@link Crossing}. */
    T visit(Crossing source) throws X;

    /** Visits {@link Empty}. */
    T visit(Empty source) throws X;
  }

  /**
   * A split of an input.
   *
   * @param format the name of the {@link dev.firesteel.input.InputFormat} that reads it
   * @param options what the format is told of the whole input
   */
  record Input(String format, Map<String, String> options, Split split) implements Source {
    public Input {
      requireNonNull(format, "format is null");
      options = Map.copyOf(options);
      requireNonNull(split, "split is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /**
   * Batches of a file that the driver wrote.
   *
   * @param from the first byte
   * @param to the byte after the last
   * @param records how many records the reader must find
   * @param firstBatch the number of the first batch in the slice
   */
  record FileSlice(BlockId.Input block, long from, long to, long records, long firstBatch)
      implements Source {
    public FileSlice {
      requireNonNull(block, "block is null");
    }

    @Override
    public OptionalLong statedRecords() {
      return OptionalLong.of(records);
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /**
   * Consecutive numbers; decimal strings, because Python's integers have no limit.
   *
   * @param start the first number
   */
  record Range(String start, String step, long count) implements Source {
    public Range {
      requireNonNull(start, "start is null");
      requireNonNull(step, "step is null");
    }

    @Override
    public OptionalLong statedRecords() {
      return OptionalLong.of(count);
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** A block that exists, with what the reader must find in it. */
  record Block(BlockId.Rdd block, long bytes, long records, long attempt) implements Source {
    public Block {
      requireNonNull(block, "block is null");
    }

    @Override
    public OptionalLong statedRecords() {
      return OptionalLong.of(records);
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** A partition that a checkpoint has written, with what the reader must find in it. */
  record Saved(SavedPart part) implements Source {
    public Saved {
      requireNonNull(part, "part is null");
    }

    @Override
    public OptionalLong statedRecords() {
      return OptionalLong.of(part.records());
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** A reduce partition of a shuffle. */
  record ShuffleRead(ShuffleId shuffle, int partition, ReadMode how) implements Source {
    public ShuffleRead {
      requireNonNull(shuffle, "shuffle is null");
      requireNonNull(how, "how is null");
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** Sources one after another. */
  record Chain(List<Source> sources) implements Source {
    public Chain {
      sources = List.copyOf(sources);
    }

    @Override
    public List<Source> children() {
      return sources;
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** Pairs of the records at the same place in both sources, which have as many. */
  record Zip(Source left, Source right) implements Source {
    public Zip {
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
    }

    @Override
    public List<Source> children() {
      return List.of(left, right);
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** All pairs of a record of the left source and one of the right. */
  record Product(Source left, Source right) implements Source {
    public Product {
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
    }

    @Override
    public List<Source> children() {
      return List.of(left, right);
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /**
   * A source through the functions of a closure.
   *
   * @param partition which partition of its RDD this is: below a union not the task's
   */
  record Pipeline(Source source, ClosureId closure, int partition) implements Source {
    public Pipeline {
      requireNonNull(source, "source is null");
      requireNonNull(closure, "closure is null");
    }

    @Override
    public List<Source> children() {
      return List.of(source);
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** A source that is materialized as a block first, then read from it. */
  record Cached(Source source, BlockId.Rdd block, StorageLevel level) implements Source {
    public Cached {
      requireNonNull(source, "source is null");
      requireNonNull(block, "block is null");
      requireNonNull(level, "level is null");
    }

    @Override
    public List<Source> children() {
      return List.of(source);
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /**
   * A source that is run in another language; its records get this one's form on the way.
   *
   * @param from the language that runs the source
   * @param number which crossing of the plan this is, from 0
   */
  record Crossing(Source source, Language from, int number) implements Source {
    public Crossing {
      requireNonNull(source, "source is null");
      requireNonNull(from, "from is null");
    }

    @Override
    public List<Source> children() {
      return List.of(source);
    }

    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }

  /** No records. */
  record Empty() implements Source {
    @Override
    public <T, X extends Exception> T accept(Visitor<T, X> visitor) throws X {
      return visitor.visit(this);
    }
  }
}
