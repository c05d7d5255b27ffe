package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.plan.Source;
import dev.firesteel.records.DamagedException;
import dev.firesteel.records.RecordReader;
import dev.firesteel.records.SliceWriter;
import dev.firesteel.records.StoredRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Opens the sources of a task's plan as iterators of records. Plans may be thousands of nodes deep:
 * a row of pipelines and cached blocks is walked, not recursed into. For the task's thread.
 */
final class Sources {
  private final JavaTask task;
  private final TaskEnvironment environment;
  private final CachedBlocks cached;

  Sources(JavaTask task, CachedBlocks cached) {
    this.task = requireNonNull(task, "task is null");
    this.environment = task.environment();
    this.cached = requireNonNull(cached, "cached is null");
  }

  /** The records of a source. */
  Iterator<?> open(Source plan) {
    return new Descent().open(plan);
  }

  /**
   * Opens one source. From the source it walks down to a leaf, keeping on the way what will be done
   * with the leaf's records. A visit answers where to go on, or that the leaf is open.
   */
  private final class Descent implements Source.Visitor<Optional<Source>, RuntimeException> {
    private final Deque<Runnable> above = new ArrayDeque<>();
    private final List<Step> steps = new ArrayList<>();
    private int partition;
    private Iterator<?> records = Collections.emptyIterator();

    Iterator<?> open(Source plan) {
      Optional<Source> next = Optional.of(plan);
      while (next.isPresent()) {
        next = next.get().accept(this);
      }
      while (!above.isEmpty()) {
        above.pop().run();
      }
      return afterSteps();
    }

    private Optional<Source> opened(Iterator<?> leaf) {
      records = leaf;
      return Optional.empty();
    }

    /**
     * The records through the steps that have been gathered: those of one partition run at once.
     */
    private Iterator<?> afterSteps() {
      records = Steps.run(steps, task, partition, records);
      steps.clear();
      return records;
    }

    @Override
    public Optional<Source> visit(Source.Pipeline source) {
      above.push(
          () -> {
            if (source.partition() != partition) {
              afterSteps();
              partition = source.partition();
            }
            steps.addAll(task.closure(source.closure(), Closure.class).steps());
          });
      return Optional.of(source.source());
    }

    @Override
    public Optional<Source> visit(Source.Cached source) {
      if (cached.has(source.block())) {
        return opened(cached.open(source.block()));
      }
      above.push(() -> records = cached.materialize(source, afterSteps()));
      return Optional.of(source.source());
    }

    @Override
    public Optional<Source> visit(Source.Input source) {
      return opened(InputRecords.open(task, source));
    }

    @Override
    public Optional<Source> visit(Source.FileSlice source) {
      return opened(slice(source));
    }

    @Override
    public Optional<Source> visit(Source.Range source) {
      return opened(range(source));
    }

    @Override
    public Optional<Source> visit(Source.Block source) {
      return opened(block(source));
    }

    @Override
    public Optional<Source> visit(Source.Saved source) {
      return opened(saved(source.part()));
    }

    @Override
    public Optional<Source> visit(Source.ShuffleRead source) {
      return opened(shuffle(source));
    }

    @Override
    public Optional<Source> visit(Source.Chain source) {
      return opened(new Chain(source.sources()));
    }

    @Override
    public Optional<Source> visit(Source.Zip source) {
      return opened(new Zip(Sources.this.open(source.left()), Sources.this.open(source.right())));
    }

    @Override
    public Optional<Source> visit(Source.Product source) {
      return opened(
          new Product(Sources.this.open(source.left()), Sources.this.open(source.right()), task));
    }

    @Override
    public Optional<Source> visit(Source.Crossing source) {
      return opened(crossing(source));
    }

    @Override
    public Optional<Source> visit(Source.Empty source) {
      return opened(Collections.emptyIterator());
    }
  }

  private Iterator<?> shuffle(Source.ShuffleRead source) {
    try {
      return ShuffleReader.open(task, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Iterator<?> crossing(Source.Crossing source) {
    try {
      return environment.crossings().open(source);
    } catch (Exception e) {
      throw Failures.unchecked(e);
    }
  }

  private Iterator<?> slice(Source.FileSlice source) {
    String name = source.block().name();
    Path path = environment.file(name);
    task.read(source.records(), source.to() - source.from());
    SliceWriter.Slice slice =
        new SliceWriter.Slice(source.from(), source.to(), source.records(), source.firstBatch());
    return new Irreplaceable(
        path.toString(),
        "the driver's file for parallelize is missing or damaged",
        () -> task.onEnd(StoredRecords.slice(path, name, slice, environment.loader())));
  }

  /** A block may have been moved from the heap to a file after the plan was made, or be in it. */
  private Iterator<?> block(Source.Block source) {
    String name = source.block().name();
    if (environment.location(name) instanceof Location.Heap heap) {
      Object[] records = task.objects().records(heap);
      task.read(records.length, 0);
      return Arrays.asList(records).iterator();
    }
    Path path = environment.file(name);
    long bytes;
    try {
      bytes = Files.size(path);
    } catch (IOException e) {
      throw new DamagedException(name, "The block " + name + " cannot be opened: " + e, e);
    }
    return stored(path, new StoredRecords.Block(name, source.attempt(), bytes, source.records()));
  }

  private Iterator<?> saved(SavedPart part) {
    StoredRecords.Block block =
        new StoredRecords.Block(part.name(), part.attempt(), part.bytes(), part.records());
    return new Irreplaceable(
        part.path(), "the checkpoint is damaged", () -> stored(Path.of(part.path()), block));
  }

  private RecordReader stored(Path path, StoredRecords.Block block) {
    task.read(block.records(), block.bytes());
    return task.onEnd(StoredRecords.open(path, block, environment.loader()));
  }

  private Iterator<?> range(Source.Range source) {
    task.read(source.count(), 0);
    long start = Long.parseLong(source.start());
    long step = Long.parseLong(source.step());
    return LongStream.range(0, source.count()).map(i -> start + i * step).iterator();
  }

  /** How many records a source has; what states its number is not read. */
  long count(Source plan) {
    long count = 0;
    Deque<Source> waiting = new ArrayDeque<>(List.of(plan));
    while (!waiting.isEmpty()) {
      Source next = waiting.pop();
      OptionalLong stated = next.statedRecords();
      if (stated.isPresent()) {
        count += stated.getAsLong();
      } else if (next instanceof Source.Chain chain) {
        chain.sources().forEach(waiting::push);
      } else {
        Iterator<?> records = open(next);
        while (records.hasNext()) {
          task.check();
          records.next();
          count++;
        }
      }
    }
    return count;
  }

  /** Sources one after another, each opened when it is reached. */
  private final class Chain implements Iterator<Object> {
    private final Deque<Source> waiting;
    private Iterator<?> current = Collections.emptyIterator();

    Chain(List<Source> sources) {
      this.waiting = new ArrayDeque<>(sources);
    }

    @Override
    public boolean hasNext() {
      while (!current.hasNext()) {
        Source next = waiting.poll();
        if (next == null) {
          return false;
        }
        if (next instanceof Source.Chain inner) { // unions of unions are as deep as one
          List<Source> sources = inner.sources();
          for (int i = sources.size() - 1; i >= 0; i--) {
            waiting.push(sources.get(i));
          }
        } else {
          current = open(next);
        }
      }
      return true;
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all sources have been read");
      }
      return current.next();
    }
  }

  /** Stored records that nobody can make again: damage to them is a fault of the input. */
  private static final class Irreplaceable implements Iterator<Object> {
    private final String path;
    private final String what;
    private final Iterator<?> records;

    interface Opening {
      Iterator<?> open();
    }

    Irreplaceable(String path, String what, Opening opening) {
      this.path = path;
      this.what = what;
      try {
        this.records = opening.open();
      } catch (DamagedException e) {
        throw fault(e);
      }
    }

    private SourceException fault(DamagedException damage) {
      return new SourceException(path, what + ": " + damage.getMessage(), damage);
    }

    @Override
    public boolean hasNext() {
      try {
        return records.hasNext();
      } catch (DamagedException e) {
        throw fault(e);
      }
    }

    @Override
    public Object next() {
      try {
        return records.next();
      } catch (DamagedException e) {
        throw fault(e);
      }
    }
  }
}
