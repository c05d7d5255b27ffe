package dev.firesteel.plan;

import static java.util.Objects.requireNonNull;

import dev.firesteel.input.FileSplit;
import dev.firesteel.lineage.ClosureId;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.lineage.ShuffleId;
import dev.firesteel.storage.BlockId;
import dev.firesteel.storage.StorageLevel;
import java.util.List;

/** A part of a plan that yields records. */
public sealed interface Source extends Plan {

  /** Lines that begin in a byte range of a file. */
  record TextSplit(FileSplit split) implements Source {
    public TextSplit {
      requireNonNull(split, "split is null");
    }
  }

  /** One record: the name and the text of a whole file. */
  record WholeFile(FileSplit file) implements Source {
    public WholeFile {
      requireNonNull(file, "file is null");
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
  }

  /** A block that exists, with what the reader must find in it. */
  record Block(BlockId.Rdd block, long bytes, long records, long attempt) implements Source {
    public Block {
      requireNonNull(block, "block is null");
    }
  }

  /** A partition that a checkpoint has written, with what the reader must find in it. */
  record Saved(SavedPart part) implements Source {
    public Saved {
      requireNonNull(part, "part is null");
    }
  }

  /** A reduce partition of a shuffle. */
  record ShuffleRead(ShuffleId shuffle, int partition, ReadMode how) implements Source {
    public ShuffleRead {
      requireNonNull(shuffle, "shuffle is null");
      requireNonNull(how, "how is null");
    }
  }

  /** Sources one after another. */
  record Chain(List<Source> sources) implements Source {
    public Chain {
      sources = List.copyOf(sources);
    }
  }

  /** Pairs of the records at the same place in both sources, which have as many. */
  record Zip(Source left, Source right) implements Source {
    public Zip {
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
    }
  }

  /** All pairs of a record of the left source and one of the right. */
  record Product(Source left, Source right) implements Source {
    public Product {
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
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
  }

  /** A source that is materialized as a block first, then read from it. */
  record Cached(Source source, BlockId.Rdd block, StorageLevel level) implements Source {
    public Cached {
      requireNonNull(source, "source is null");
      requireNonNull(block, "block is null");
      requireNonNull(level, "level is null");
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
  }

  /** No records. */
  record Empty() implements Source {}
}
