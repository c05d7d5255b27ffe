package dev.firesteel.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.FileSplit;
import dev.firesteel.interpreter.external.Spaces;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.records.DamagedException;
import dev.firesteel.records.DiskException;
import dev.firesteel.records.SliceWriter;
import dev.firesteel.records.StoredRecords;
import dev.firesteel.records.UnreadableException;
import dev.firesteel.types.Pair;
import dev.firesteel.types.function.FilterFunction;
import dev.firesteel.types.function.MapFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plans of tasks in Java, written by hand: what they read, what they write, and what they leave.
 */
class PlanRunnerTest {
  private static final ClassLoader LOADER = PlanRunnerTest.class.getClassLoader();
  private static final StorageLevel LEVEL = new StorageLevel(true, true, false, false, 1);
  private static final BlockId.Result RESULT = new BlockId.Result(1, 3);
  private static final BlockId.Rdd BLOCK = new BlockId.Rdd(new NodeId(0, 11), 3);
  private static final AtomicInteger CALLS = new AtomicInteger();

  @TempDir Path directory;

  private final Map<String, Path> files = new HashMap<>();
  private final Map<String, Long> space = new HashMap<>();
  private final Deque<Room.Grant> grants = new ArrayDeque<>();
  private Path scratch;
  private int closures;
  private long spilled;

  @BeforeEach
  void makeScratch() throws IOException {
    scratch = Files.createDirectory(directory.resolve("scratch"));
    files.put(RESULT.name(), directory.resolve("result"));
    files.put(BLOCK.name(), directory.resolve("block"));
    CALLS.set(0);
  }

  private JavaTask task() {
    JavaTask task =
        Tasks.task(
            7, Tasks.environment(files, space, scratch, (name, wish, least) -> grants.remove()));
    task.workspace(Spaces.of(256 << 10, scratch));
    return task;
  }

  private TaskOutput run(Sink plan) throws IOException {
    JavaTask task = task();
    task.begin();
    try {
      return PlanRunner.run(task, plan);
    } finally {
      task.end();
      task.workspace().close();
      spilled = task.metrics().get("spilled");
    }
  }

  private List<Object> records(Source source) throws IOException {
    TaskOutput output = run(new Sink.Result(source, RESULT));
    List<Object> records = new ArrayList<>();
    if (output.result() != null) {
      StoredRecords.Block block =
          new StoredRecords.Block(RESULT.name(), 7, output.result().length, output.records());
      StoredRecords.open(output.result(), block, LOADER).forEachRemaining(records::add);
    } else {
      TaskOutput.File file = output.file();
      StoredRecords.Block block =
          new StoredRecords.Block(RESULT.name(), 7, file.bytes(), file.records());
      StoredRecords.open(file.path(), block, LOADER).forEachRemaining(records::add);
      Files.delete(file.path());
    }
    return records;
  }

  private Source pipeline(Source source, int partition, Step... steps) throws IOException {
    ClosureId id = new ClosureId(0, closures++);
    Path path = directory.resolve(id.name());
    ClosureFile.write(path, id.name(), ClosureFile.serialize(new Closure(List.of(steps))));
    files.put(id.name(), path);
    return new Source.Pipeline(source, id, partition);
  }

  private static Step map(MapFunction<Long, Object> function) {
    return new Step("map", "map at App.java:1", Functions.map(function));
  }

  private static Source range(long count) {
    return new Source.Range("0", "1", count);
  }

  private static List<Object> numbers(long count) {
    return LongStream.range(0, count).mapToObj(i -> (Object) i).toList();
  }

  @Test
  void rangesAndEmptySources() throws IOException {
    assertThat(records(new Source.Range("5", "-2", 3))).isEqualTo(List.of(5L, 3L, 1L));
    assertThat(records(new Source.Empty())).isEmpty();
    assertThat(records(range(100_000))).isEqualTo(numbers(100_000));
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void stepsOfSeveralPipelinesAndTheirPartitions() throws IOException {
    Step index =
        new Step(
            "mapPartitionsWithIndex",
            "m at App.java:2",
            (task, partition, records) -> {
              List<Object> all = new ArrayList<>(List.of("partition " + partition));
              records.forEachRemaining(all::add);
              return all.iterator();
            });
    Source inner = pipeline(range(3), 8, map(x -> x + 1), index);
    assertThat(records(pipeline(inner, 9, index)))
        .isEqualTo(List.of("partition 9", "partition 8", 1L, 2L, 3L));
  }

  @Test
  void rowsOfPipelinesAndUnionsNeedNoDeepStack() throws IOException {
    Source unions = new Source.Empty();
    for (int i = 0; i < 20_000; i++) {
      unions = new Source.Chain(List.of(unions, range(1)));
    }
    assertThat(records(unions)).hasSize(20_000);
    Source row = range(2);
    for (int i = 0; i < 3_000; i++) {
      row = pipeline(row, i % 2, map(x -> x + 1));
    }
    assertThat(records(row)).isEqualTo(List.of(3_000L, 3_001L));
  }

  @Test
  void chainsZipsAndProducts() throws IOException {
    assertThat(records(new Source.Chain(List.of(range(2), new Source.Empty(), range(1)))))
        .isEqualTo(List.of(0L, 1L, 0L));
    assertThat(records(new Source.Zip(range(2), range(2))))
        .isEqualTo(List.of(Pair.of(0L, 0L), Pair.of(1L, 1L)));
    assertThatThrownBy(() -> records(new Source.Zip(range(2), range(3))))
        .isInstanceOf(UserFunctionException.class)
        .hasRootCauseMessage(
            "zip needs the same number of records in each partition of both RDDs; the right one has"
                + " more here. To pair by position whatever the partitions, join zipWithIndex() of"
                + " both.");
    assertThat(records(new Source.Product(range(2), range(2))))
        .isEqualTo(List.of(Pair.of(0L, 0L), Pair.of(0L, 1L), Pair.of(1L, 0L), Pair.of(1L, 1L)));
    assertThat(records(new Source.Product(range(2), new Source.Empty()))).isEmpty();
    assertThat(records(new Source.Product(new Source.Empty(), range(2)))).isEmpty();
  }

  @Test
  void aLargeProductKeepsTheRightSideInAFile() throws IOException {
    long right = 256 * 200 + 5;
    Source pairs = new Source.Product(range(300), range(right));
    Source sums =
        pipeline(
            pairs,
            0,
            new Step(
                "mapPartitions",
                "mapPartitions at App.java:3",
                (task, partition, records) -> {
                  long count = 0;
                  long sum = 0;
                  while (records.hasNext()) {
                    Pair<?, ?> pair = (Pair<?, ?>) records.next();
                    count++;
                    sum += (Long) pair.key() * right + (Long) pair.value();
                  }
                  return List.of(count, sum).iterator();
                }));
    long all = 300 * right;
    assertThat(records(sums)).isEqualTo(List.of(all, all * (all - 1) / 2));
    assertThat(spilled).isPositive();
    assertThat(scratch).isEmptyDirectory();
  }

  private FileSplit split(String name, String text) throws IOException {
    Path path = Files.writeString(directory.resolve(name), text);
    long modified = Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS);
    return new FileSplit(
        path.toString(), "file:/" + name, 0, text.length(), text.length(), modified, null);
  }

  private static Source input(String format, FileSplit file) {
    return new Source.Input(format, Map.of(), FileSplit.encode(List.of(List.of(file))).get(0));
  }

  @Test
  void textAndWholeFiles() throws IOException {
    FileSplit split = split("t.txt", "a\nb\r\nc");
    assertThat(records(input("text", split))).isEqualTo(List.of("a", "b", "c"));
    assertThat(records(input("wholetext", split)))
        .isEqualTo(List.of(Pair.of("file:/t.txt", "a\nb\r\nc")));
    Files.writeString(Path.of(split.path()), "changed");
    assertThatThrownBy(() -> records(input("text", split))).isInstanceOf(SourceException.class);
  }

  @Test
  void slicesOfTheDriversCollection() throws IOException {
    BlockId.Input input = new BlockId.Input(new NodeId(0, 4));
    Path path = directory.resolve("input");
    List<SliceWriter.Slice> rows =
        SliceWriter.write(path, input.name(), List.of(List.of("a"), List.of("b", "c")));
    files.put(input.name(), path);
    SliceWriter.Slice row = rows.get(1);
    Source.FileSlice slice =
        new Source.FileSlice(input, row.from(), row.to(), row.records(), row.firstBatch());
    assertThat(records(slice)).isEqualTo(List.of("b", "c"));
    assertThat(run(new Sink.Count(slice)).records()).isEqualTo(2);
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length - 1] ^= 1;
    Files.write(path, bytes);
    assertThatThrownBy(() -> records(slice))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("the driver's file for parallelize is missing or damaged");
  }

  @Test
  void aCachedSourceIsMaterializedWholeEvenForTheFirstRecord() throws IOException {
    Source counting =
        pipeline(
            range(1_000),
            0,
            map(
                x -> {
                  CALLS.incrementAndGet();
                  return x;
                }));
    Source first =
        pipeline(
            new Source.Cached(counting, BLOCK, LEVEL),
            0,
            new Step("take", "take at App.java:4", Functions.take(1)));
    TaskOutput output = run(new Sink.Result(first, RESULT));
    assertThat(output.records()).isEqualTo(1);
    assertThat(CALLS).hasValue(1_000);
    TaskOutput.Block block = output.blocks().get(0);
    assertThat(block.id()).isEqualTo(BLOCK);
    assertThat(block.records()).isEqualTo(1_000);
    assertThat(block.file()).hasSize(block.bytes());
    Source.Block stored = new Source.Block(BLOCK, block.bytes(), 1_000, 7);
    assertThat(records(stored)).isEqualTo(numbers(1_000));
    assertThat(run(new Sink.Count(stored)).records()).isEqualTo(1_000);
    Source.Block other = new Source.Block(BLOCK, block.bytes(), 1_000, 8);
    assertThatThrownBy(() -> records(other)).isInstanceOf(DamagedException.class);
  }

  @Test
  void aBlockThatIsNamedTwiceIsComputedOnce() throws IOException {
    Source.Cached cached =
        new Source.Cached(
            pipeline(
                range(10),
                0,
                map(
                    x -> {
                      CALLS.incrementAndGet();
                      return x;
                    })),
            BLOCK,
            LEVEL);
    assertThat(records(new Source.Zip(cached, cached))).hasSize(10);
    assertThat(CALLS).hasValue(10);
  }

  @Test
  void withoutRoomRecordsArePassedThrough() throws IOException {
    for (long allowed : new long[] {0, 100_000}) {
      space.put(BLOCK.name(), allowed);
      grants.add(new Room.Grant(0, null));
      TaskOutput output =
          run(new Sink.Result(new Source.Cached(range(200_000), BLOCK, LEVEL), RESULT));
      assertThat(output.records()).isEqualTo(200_000);
      assertThat(output.blocks()).isEmpty();
      assertThat(files.get(BLOCK.name())).doesNotExist();
      assertThat(directory.resolve("block.tmp")).doesNotExist();
      Files.delete(files.get(RESULT.name()));
      grants.add(new Room.Grant(0, null));
      assertThat(records(new Source.Cached(range(200_000), BLOCK, LEVEL)))
          .isEqualTo(numbers(200_000));
    }
    assertThat(grants).isEmpty();
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void aBlockThatIsNamedTwiceAndHasNoRoomIsInTheScratchDirectoryForTheTask() throws IOException {
    space.put(BLOCK.name(), 0L);
    grants.add(new Room.Grant(0, null));
    Source.Cached cached = new Source.Cached(range(1_000), BLOCK, LEVEL);
    assertThat(records(new Source.Chain(List.of(cached, cached)))).hasSize(2_000);
    assertThat(scratch).isEmptyDirectory();
    assertThat(files.get(BLOCK.name())).doesNotExist();
  }

  @Test
  void aBlockGoesOnElsewhereWhenItsMemoryIsFull() throws IOException {
    Path elsewhere = directory.resolve("on-disk");
    space.put(BLOCK.name(), 70_000L);
    grants.add(new Room.Grant(100_000, null));
    grants.add(new Room.Grant(0, elsewhere));
    Source.Cached cached = new Source.Cached(range(200_000), BLOCK, LEVEL);
    TaskOutput output = run(new Sink.Count(cached));
    assertThat(output.records()).isEqualTo(200_000);
    assertThat(output.blocks().get(0).file()).isEqualTo(elsewhere);
    files.put(BLOCK.name(), elsewhere);
    Source.Block stored = new Source.Block(BLOCK, output.blocks().get(0).bytes(), 200_000, 7);
    assertThat(records(stored)).isEqualTo(numbers(200_000));
  }

  @Test
  void aFunctionThatFailsLeavesNoPartialBlock() throws IOException {
    Source failing = pipeline(range(200_000), 0, map(x -> 1 / (x - 199_999)));
    assertThatThrownBy(() -> run(new Sink.Count(new Source.Cached(failing, BLOCK, LEVEL))))
        .isInstanceOf(UserFunctionException.class);
    assertThat(files.get(BLOCK.name())).doesNotExist();
    assertThat(directory.resolve("block.tmp")).doesNotExist();
  }

  @Test
  void smallResultsTravelInlineAndLargeOnesAreFiles() throws IOException {
    assertThat(run(new Sink.Result(range(3), RESULT)).file()).isNull();
    TaskOutput large = run(new Sink.Result(range(5_000), RESULT));
    assertThat(large.result()).isNull();
    assertThat(large.file().path())
        .isEqualTo(files.get(RESULT.name()))
        .hasSize(large.file().bytes());
  }

  @Test
  void checkpointsAreWrittenAndReadBack() throws IOException {
    TaskOutput output = run(new Sink.BlockWrite(range(500), directory.toString(), 3, "rdd_0_9_3"));
    Path path = directory.resolve("part-00003-7");
    assertThat(output.file()).isEqualTo(new TaskOutput.File(path, Files.size(path), 500));
    SavedPart part = new SavedPart(path.toString(), "rdd_0_9_3", Files.size(path), 500, 7);
    assertThat(records(new Source.Saved(part))).isEqualTo(numbers(500));
    Files.delete(path);
    assertThatThrownBy(() -> records(new Source.Saved(part)))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("the checkpoint is damaged");
  }

  @Test
  void textIsSavedPlainOrWithGzip() throws IOException {
    Source mixed =
        pipeline(range(3), 0, map(x -> x == 0 ? "é" : x == 1 ? (Object) new byte[] {'b'} : null));
    TaskOutput plain = run(new Sink.SaveText(mixed, directory.toString(), 2, null));
    assertThat(directory.resolve("part-00002")).hasContent("é\nb\nnull\n");
    assertThat(plain.file().bytes()).isEqualTo(10);
    run(new Sink.SaveText(mixed, directory.toString(), 4, "org.apache.hadoop.io.GzipCodec"));
    Path gzip = directory.resolve("part-00004.gz");
    assertThat(new GZIPInputStream(Files.newInputStream(gzip))).hasContent("é\nb\nnull\n");
    run(new Sink.SaveText(mixed, directory.toString(), 6, "deflate"));
    Path deflate = directory.resolve("part-00006.deflate");
    assertThat(new InflaterInputStream(Files.newInputStream(deflate))).hasContent("é\nb\nnull\n");
    assertThat(directory.resolve("_temporary")).isEmptyDirectory();
    assertThatThrownBy(() -> run(new Sink.SaveText(mixed, directory.toString(), 5, "zstd")))
        .hasMessageContaining("zstd is for functions in Python");
    assertThatThrownBy(() -> run(new Sink.SaveText(mixed, directory.toString(), 5, "lzo")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("text can be saved plain or with gzip, not with lzo");
  }

  @Test
  void textOfATaskThatFailsIsRemoved() throws IOException {
    Source failing = pipeline(range(10), 0, map(x -> 1 / (x - 9)));
    assertThatThrownBy(() -> run(new Sink.SaveText(failing, directory.toString(), 2, null)))
        .isInstanceOf(UserFunctionException.class);
    assertThat(directory.resolve("part-00002")).doesNotExist();
    assertThat(directory.resolve("_temporary")).isEmptyDirectory();
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> run(new Sink.SaveText(range(1), file.toString(), 2, null)))
        .isInstanceOf(DiskException.class);
  }

  @Test
  void aFaultThatAFunctionCatchesStillFailsTheTask() throws IOException {
    Source.Block missing = new Source.Block(new BlockId.Rdd(new NodeId(0, 5), 0), 64, 1, 2);
    files.put(missing.block().name(), directory.resolve("missing"));
    Source catching =
        pipeline(
            new Source.Chain(List.of(range(1), missing)),
            0,
            new Step(
                "mapPartitions",
                "mapPartitions at App.java:5",
                (task, partition, records) -> {
                  List<Object> all = new ArrayList<>();
                  try {
                    records.forEachRemaining(all::add);
                  } catch (RuntimeException e) {
                    all.add("whatever");
                  }
                  return all.iterator();
                }));
    assertThatThrownBy(() -> records(catching)).isInstanceOf(DamagedException.class);
  }

  @Test
  void aKilledTaskStops() {
    JavaTask task = task();
    task.kill("enough");
    for (Sink sink :
        List.of(
            new Sink.Result(range(5), RESULT),
            new Sink.Count(new Source.Chain(List.of(new Source.Zip(range(1), range(1))))),
            new Sink.SaveText(range(4), directory.toString(), 1, null))) {
      assertThatThrownBy(() -> PlanRunner.run(task, sink)).isInstanceOf(TaskKilledException.class);
    }
  }

  @Test
  void aClosureThatIsOfAnotherTypeIsTold() throws IOException {
    FilterFunction<Long> function = x -> true;
    ClosureId id = new ClosureId(0, 77);
    Path path = directory.resolve("c");
    ClosureFile.write(path, id.name(), ClosureFile.serialize(function));
    files.put(id.name(), path);
    assertThatThrownBy(() -> records(new Source.Pipeline(range(1), id, 0)))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void aHalfOfAPlanIsOpenedWithoutASink() throws IOException {
    JavaTask task = task();
    task.begin();
    PlanRunner.Opened half = PlanRunner.open(task, new Source.Cached(range(5), BLOCK, LEVEL));
    Iterator<?> records = half.records();
    assertThat(records.next()).isEqualTo(0L);
    assertThat(half.output().blocks()).hasSize(1);
    task.end();
    try (Stream<Path> left = Files.list(scratch)) {
      assertThat(left).isEmpty();
    }
  }
}
