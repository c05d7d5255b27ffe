package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.records.BatchDecoder;
import dev.firesteel.records.BatchEncoder;
import dev.firesteel.records.BatchSize;
import dev.firesteel.records.DiskException;
import dev.firesteel.records.RecordReader;
import dev.firesteel.records.SectionReader;
import dev.firesteel.records.StoredRecords;
import dev.firesteel.storage.BatchFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that a task materializes: written whole before anyone reads them. Where there is no
 * room for one, its records are passed through; but one that the plan names twice is written
 * nevertheless, and removed at the task's end, since both must read the same. For the task's
 * thread.
 */
final class CachedBlocks implements Closeable {
  private final JavaTask task;
  private final Map<BlockId.Rdd, Integer> named = new HashMap<>();
  private final Map<BlockId.Rdd, Written> written = new LinkedHashMap<>();

  /**
   * A block that is there.
   *
   * @param file its file, or null when it is objects
   */
  private record Written(@Nullable Path file, long bytes, long records, boolean kept) {}

  CachedBlocks(JavaTask task, Sink plan) {
    this(task, plan.source());
  }

  CachedBlocks(JavaTask task, Source plan) {
    this.task = requireNonNull(task, "task is null");
    for (Source source : plan.half()) {
      if (source instanceof Source.Cached cached) {
        named.merge(cached.block(), 1, Integer::sum);
      }
    }
  }

  /** Whether the task has written the block. */
  boolean has(BlockId.Rdd block) {
    return written.containsKey(block);
  }

  /** Reads a block that the task has written. */
  Iterator<?> open(BlockId.Rdd block) {
    Written found = requireNonNull(written.get(block), "the block has not been written");
    Path file = found.file();
    if (file == null) {
      return Arrays.asList(task.objects().records(heap(block))).iterator();
    }
    StoredRecords.Block expected =
        new StoredRecords.Block(block.name(), task.identity().id(), found.bytes(), found.records());
    ClassLoader loader = task.environment().loader();
    return task.onEnd(StoredRecords.open(file, expected, loader));
  }

  private Location.Heap heap(BlockId.Rdd block) {
    return (Location.Heap) task.environment().location(block.name());
  }

  /** Writes a block, and reads it back; or passes its records through. */
  Iterator<?> materialize(Source.Cached plan, Iterator<?> records) {
    BlockId.Rdd block = plan.block();
    TaskEnvironment environment = task.environment();
    boolean must = named.getOrDefault(block, 0) > 1;
    if (!(environment.location(block.name()) instanceof Location.Heap heap)) {
      return materialize(block, records, must, new TieredFile(block.name(), environment));
    }
    ObjectBlock objects = new ObjectBlock(task, block.name(), heap);
    Room.Grant refused = objects.fill(records);
    if (refused == null) {
      task.requireSound();
      written.put(block, new Written(null, objects.commit(), objects.size(), true));
      return open(block);
    }
    Path path = refused.path();
    return path == null && !must
        ? objects.followedBy(records)
        : materialize(
            block,
            objects.followedBy(records),
            must,
            new TieredFile(block.name(), environment, path));
  }

  private Iterator<?> materialize(
      BlockId.Rdd block, Iterator<?> records, boolean must, TieredFile opened) {
    BatchFile.Identity identity = new BatchFile.Identity(block.name(), 0, task.identity().id());
    BatchFile.Sealer sealer = new BatchFile.Sealer(identity);
    BatchEncoder encoder = new BatchEncoder();
    Taking taking = new Taking(records);
    try (TieredFile file = opened) {
      for (Object[] batch = taking.next(); batch.length > 0; batch = taking.next()) {
        task.check();
        BatchFile.Batch encoded = encoder.encode(batch, 0, batch.length);
        taking.learn(batch.length, encoded.payload().length);
        long held = sealer.records();
        byte[] header = sealer.header(encoded);
        if (!file.reserve(header.length + encoded.payload().length, must)) {
          SectionReader before =
              SectionReader.open(
                  file.unfinished(), identity, new SectionReader.Part(0, file.size(), 0, false));
          BatchDecoder decoder = new BatchDecoder(task.environment().loader());
          RecordReader first = task.onEnd(new RecordReader(before, decoder, block.name(), held));
          return new Passing(first, batch, records);
        }
        file.write(header);
        file.write(encoded.payload());
      }
      task.requireSound();
      file.write(sealer.trailer());
      file.commit();
      written.put(block, new Written(file.path(), file.size(), sealer.records(), file.kept()));
    }
    return open(block);
  }

  /** What the engine is to know of. */
  List<TaskOutput.Block> kept() {
    return written.entrySet().stream()
        .filter(each -> each.getValue().kept())
        .map(
            each ->
                new TaskOutput.Block(
                    each.getKey(),
                    each.getValue().file(),
                    each.getValue().bytes(),
                    each.getValue().records()))
        .toList();
  }

  /** Removes what is not kept. */
  @Override
  public void close() {
    for (Written each : written.values()) {
      Path file = each.file();
      if (!each.kept() && file != null) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new DiskException(file, 0, e);
        }
      }
    }
  }

  /** Takes records by the batch. */
  private static final class Taking {
    private final Iterator<?> records;
    private final BatchSize size = new BatchSize();
    private Object[] buffer = new Object[64];

    Taking(Iterator<?> records) {
      this.records = records;
    }

    Object[] next() {
      int count = 0;
      long weight = 0;
      while (count < size.records() && !BatchSize.isHeavy(weight) && records.hasNext()) {
        if (count == buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * count);
        }
        Object record = records.next();
        weight += BatchSize.weight(record);
        buffer[count++] = record;
      }
      Object[] batch = Arrays.copyOf(buffer, count);
      Arrays.fill(buffer, 0, count, null);
      return batch;
    }

    void learn(int count, long bytes) {
      size.learn(count, bytes);
    }
  }

  /** What had been written before there was no more room, then a batch, then the rest. */
  private static final class Passing implements Iterator<Object> {
    private final RecordReader first;
    private Object @Nullable [] batch;
    private int at;
    private final Iterator<?> rest;

    Passing(RecordReader first, Object[] batch, Iterator<?> rest) {
      this.first = first;
      this.batch = batch;
      this.rest = rest;
    }

    @Override
    public boolean hasNext() {
      return first.hasNext() || batch != null || rest.hasNext();
    }

    @Override
    public @Nullable Object next() {
      if (first.hasNext()) {
        return first.next();
      }
      Object[] held = batch;
      if (held != null) {
        Object next = held[at++];
        if (at == held.length) {
          batch = null;
        }
        return next;
      }
      if (!rest.hasNext()) {
        throw new NoSuchElementException("all records have been given");
      }
      return rest.next();
    }
  }
}
