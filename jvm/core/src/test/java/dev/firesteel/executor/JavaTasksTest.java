package dev.firesteel.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.executor.local.LocalExecutor;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.input.InputFormats;
import dev.firesteel.interpreter.Closure;
import dev.firesteel.interpreter.ClosureFile;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.interpreter.Step;
import dev.firesteel.interpreter.TaskAccumulator;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.memory.HeapMemory;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.records.StoredRecords;
import dev.firesteel.shuffle.MapOutput;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.storage.MemoryTier;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.ShuffleReport;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import dev.firesteel.types.Pair;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Log;
import dev.firesteel.util.Msgpack;
import dev.firesteel.worker.WorkerException;
import dev.firesteel.worker.WorkerPool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks in Java, from the executor's launch to their outcome; no Python is there. */
@Timeout(60)
class JavaTasksTest {
  private static final BlockId.Result RESULT = new BlockId.Result(1, 0);
  private static final BlockId.Rdd BLOCK = new BlockId.Rdd(new NodeId(0, 11), 2);
  private static final StorageLevel DISK = new StorageLevel(true, false, false, false, 1);
  private static final Source RANGE = new Source.Range("0", "1", 10);

  /** What tasks wait at, and say that they have begun by. */
  private static volatile CountDownLatch begun;

  @TempDir Path root;

  private AppDirectories directories;
  private BlockManager blocks;
  private MapOutputTracker outputs;
  private final DriverFiles driverFiles = new DriverFiles();
  private LocalExecutor executor;
  private long attempts;
  private long closures;

  @BeforeEach
  void start() throws IOException {
    begun = new CountDownLatch(1);
    directories = AppDirectories.create("test", root, List.of(root), null);
    MemoryTier memory = new MemoryTier(0);
    blocks = new BlockManager(memory, directories.tiers(), Runnable::run);
    outputs = new MapOutputTracker(Files.createDirectory(root.resolve("t")), Runnable::run);
    executor =
        new LocalExecutor(
            "driver",
            new ExecutorSettings(2, 1_000, 1 << 20, 1, List.of(), 60_000),
            WorkerPool.onDemand(
                () -> {
                  throw new WorkerException("no task in Java needs a worker");
                }),
            blocks,
            outputs,
            driverFiles,
            directories,
            memory,
            new JavaSettings(
                () -> new HeapMemory(64 << 20, 0.5, 2, () -> false),
                JavaTasksTest.class::getClassLoader,
                new InputFormats()));
  }

  @AfterEach
  void stop() throws IOException {
    executor.close();
    directories.close();
    Log.level(Log.Level.WARN);
  }

  private Source map(Source source, MapFunction<Long, Object> function) throws IOException {
    ClosureId id = new ClosureId(0, closures++);
    Path path = root.resolve(id.name());
    Step step = new Step("map", "map at App.java:12", Functions.map(function));
    ClosureFile.write(path, id.name(), ClosureFile.serialize(new Closure(List.of(step))));
    driverFiles.register(new BlockId.Closure(id), path);
    return new Source.Pipeline(source, id, 0);
  }

  private TaskDescription task(
      Sink plan, Set<BlockId> reads, Map<BlockId.Rdd, StorageLevel> caches, BlockId output) {
    Set<ClosureId> known =
        Stream.iterate(0L, i -> i + 1)
            .limit(closures)
            .map(i -> new ClosureId(0, i))
            .collect(Collectors.toSet());
    return new TaskDescription(
        new TaskAttempt(++attempts, 1, 0, 0, 0, 0),
        new TaskPlan(
            plan, known, Set.of(), reads, Set.of(), caches, output, Language.JAVA, Set.of(0)),
        List.of(),
        Map.of("user", "me"),
        0);
  }

  private CompletableFuture<TaskOutcome> launch(TaskDescription task) {
    CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
    executor.launch(
        task,
        ended -> assertThat(outcome.complete(ended)).as("told once").isTrue(),
        call -> {
          throw new AssertionError("no task waits for others: " + call);
        });
    return outcome;
  }

  private TaskOutcome run(Source source) throws Exception {
    return launch(task(new Sink.Result(source, RESULT), Set.of(), Map.of(), RESULT))
        .get(30, TimeUnit.SECONDS);
  }

  private static TaskReport report(TaskOutcome outcome) {
    assertThat(outcome).isInstanceOf(TaskOutcome.Succeeded.class);
    return ((TaskOutcome.Succeeded) outcome).report();
  }

  private static FailureReport failure(TaskOutcome outcome) {
    assertThat(outcome).isInstanceOf(TaskOutcome.Failed.class);
    return ((TaskOutcome.Failed) outcome).failure();
  }

  private List<Object> records(TaskReport report) {
    StoredRecords.Block block =
        new StoredRecords.Block(RESULT.name(), attempts, report.result().length, report.records());
    List<Object> records = new ArrayList<>();
    StoredRecords.open(report.result(), block, JavaTasksTest.class.getClassLoader())
        .forEachRemaining(records::add);
    return records;
  }

  private List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.walk(directories.disks().get(0))) {
      return files
          .filter(Files::isRegularFile)
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".sock") && !name.equals(".alive"))
          .toList();
    }
  }

  @Test
  void aFunctionRunsOverRecords() throws Exception {
    TaskReport report = report(run(map(RANGE, x -> x * x)));
    assertThat(records(report)).containsExactly(0L, 1L, 4L, 9L, 16L, 25L, 36L, 49L, 64L, 81L);
    assertThat(report.records()).isEqualTo(10);
    assertThat(report.metrics()).containsEntry("records_read", 10L);
    assertThat(report.accumulators()).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aFunctionSeesItsTask() throws Exception {
    Source source =
        map(
            new Source.Range("0", "1", 1),
            x -> JavaTask.current().identity().id() + JavaTask.current().properties().get("user"));
    assertThat(records(report(run(source)))).containsExactly("1me");
  }

  /** Counts. */
  static final class Counter implements TaskAccumulator {
    private static final long serialVersionUID = 1L;
    long count;

    @Override
    public boolean isZero() {
      return count == 0;
    }

    private Object readResolve() {
      JavaTask task = JavaTask.current();
      if (task != null) {
        task.accumulate(this);
      }
      return this;
    }
  }

  @Test
  void accumulatorsAreReported() throws Exception {
    Counter counter = new Counter();
    Source source =
        map(
            RANGE,
            x -> {
              counter.count++;
              return x;
            });
    AccumulatorUpdate update = report(run(source)).accumulators().get(0);
    assertThat(update.language()).isEqualTo(Language.JAVA);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(update.bytes()))) {
      assertThat((List<?>) in.readObject())
          .singleElement()
          .satisfies(each -> assertThat(((Counter) each).count).isEqualTo(10));
    }
    assertThat(counter.count).isZero();
  }

  @Test
  void anExceptionOfAFunctionIsTheUsers() throws Exception {
    FailureReport failure = failure(run(map(RANGE, x -> 1 / (x - 3))));
    assertThat(failure.kind()).isEqualTo(FailureKind.USER);
    assertThat(failure.message()).isEqualTo("/ by zero");
    Fields error = Msgpack.unpackMap(failure.error());
    assertThat(error.string("type")).isEqualTo("java.lang.ArithmeticException");
    assertThat(error.string("operation")).isEqualTo("map at App.java:12");
    assertThat(error.string("record")).isEqualTo("3");
    assertThat(error.string("language")).isEqualTo("java");
    assertThat(error.string("traceback"))
        .startsWith("java.lang.ArithmeticException: / by zero\n\tat dev.firesteel.executor.JavaTas")
        .doesNotContain("dev.firesteel.interpreter");
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(error.bytes("java")))) {
      assertThat(in.readObject()).isInstanceOf(ArithmeticException.class);
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void heapThatIsUsedUpIsNotTheUsersFault() throws Exception {
    Log.level(Log.Level.OFF);
    FailureReport failure =
        failure(
            run(
                map(
                    RANGE,
                    x -> {
                      throw new OutOfMemoryError("Java heap space");
                    })));
    assertThat(failure.kind()).isEqualTo(FailureKind.INTERNAL);
    assertThat(failure.message())
        .startsWith("A task ran out of memory (Java heap space); the heap of this JVM has ");
    assertThat(Msgpack.unpackMap(failure.error()).string("operation"))
        .isEqualTo("map at App.java:12");
  }

  @Test
  void endlessRecursionOfAFunctionIsTheUsers() throws Exception {
    FailureReport failure = failure(run(map(RANGE, JavaTasksTest::endless)));
    assertThat(failure.kind()).isEqualTo(FailureKind.USER);
    assertThat(Msgpack.unpackMap(failure.error()).string("type"))
        .isEqualTo("java.lang.StackOverflowError");
  }

  private static Object endless(long x) {
    return x == Long.MIN_VALUE ? x : Pair.of(endless(x + 1), x);
  }

  @Test
  void recordsThatCannotBeSerializedAreTold() throws Exception {
    FailureReport failure = failure(run(map(RANGE, x -> new Object())));
    assertThat(failure.kind()).isEqualTo(FailureKind.UNPICKLABLE);
    assertThat(failure.message()).contains("a record of type java.lang.Object");
  }

  @Test
  void aKilledTaskEndsThoughItWaits() throws Exception {
    Source waiting =
        map(
            RANGE,
            x -> {
              begun.countDown();
              new CountDownLatch(1).await();
              return x;
            });
    TaskDescription task = task(new Sink.Result(waiting, RESULT), Set.of(), Map.of(), RESULT);
    CompletableFuture<TaskOutcome> outcome = launch(task);
    begun.await();
    executor.kill(task.attempt().id(), "enough");
    assertThat(outcome.get(30, TimeUnit.SECONDS))
        .isEqualTo(new TaskOutcome.Killed(task.attempt(), "enough"));
    assertThat(records(report(run(new Source.Range("0", "1", 2))))).containsExactly(0L, 1L);
  }

  @Test
  void aKilledTaskEndsThoughItNeverWaits() throws Exception {
    Source endless =
        map(
            new Source.Range("0", "1", Long.MAX_VALUE),
            x -> {
              begun.countDown();
              return x;
            });
    TaskDescription task =
        task(new Sink.Count(new Source.Chain(List.of(endless))), Set.of(), Map.of(), null);
    CompletableFuture<TaskOutcome> outcome = launch(task);
    begun.await();
    executor.kill(task.attempt().id(), "enough");
    assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(TaskOutcome.Killed.class);
  }

  @Test
  void blocksAreMaterializedReadAndFoundToBeDamaged() throws Exception {
    Source.Cached cached = new Source.Cached(map(RANGE, x -> "r" + x), BLOCK, DISK);
    TaskReport report =
        report(
            launch(task(new Sink.Count(cached), Set.of(), Map.of(BLOCK, DISK), null))
                .get(30, TimeUnit.SECONDS));
    StoredBlock block = report.blocks().get(0);
    assertThat(block.id()).isEqualTo(BLOCK);
    assertThat(block.attempt()).isEqualTo(1);
    blocks.register(block, DISK);
    Source.Block stored = new Source.Block(BLOCK, block.bytes(), 10, 1);
    Sink plan = new Sink.Result(stored, RESULT);
    TaskOutcome read =
        launch(task(plan, Set.of(BLOCK), Map.of(), RESULT)).get(30, TimeUnit.SECONDS);
    assertThat(records(report(read))).hasSize(10).contains("r7");
    byte[] bytes = Files.readAllBytes(((Location.File) block.location()).toPath());
    bytes[40] ^= 1;
    Files.write(((Location.File) block.location()).toPath(), bytes);
    TaskOutcome damaged =
        launch(task(plan, Set.of(BLOCK), Map.of(), RESULT)).get(30, TimeUnit.SECONDS);
    assertThat(failure(damaged).kind()).isEqualTo(FailureKind.CORRUPT);
    assertThat(failure(damaged).block()).isEqualTo(BLOCK);
  }

  @Test
  void recordsGoThroughAShuffleAndItsDamageNamesTheMapOutput() throws Exception {
    ShuffleId shuffle = new ShuffleId(0, 5);
    BlockId.ShuffleMap output = new BlockId.ShuffleMap(shuffle, 0);
    Sink.ShuffleWrite write =
        new Sink.ShuffleWrite(
            map(RANGE, x -> Pair.of(x % 3, x)), output, 1, new Partitioner.Hash(), null);
    TaskReport report =
        report(launch(task(write, Set.of(), Map.of(), output)).get(30, TimeUnit.SECONDS));
    ShuffleReport sections = report.shuffle();
    assertThat(sections.records()).containsExactly(10);
    outputs.registerShuffle(shuffle, 1, 1);
    outputs.registerOutput(
        shuffle,
        0,
        new MapOutput(
            1,
            report.output().location().toPath(),
            sections.lengths(),
            sections.records(),
            sections.checksums()));
    Sink.Count read = new Sink.Count(new Source.ShuffleRead(shuffle, 0, new ReadMode.Grouped()));
    Set<BlockId> reads = Set.of(new BlockId.Shuffle(shuffle));
    assertThat(
            report(launch(task(read, reads, Map.of(), null)).get(30, TimeUnit.SECONDS)).records())
        .isEqualTo(3);
    byte[] bytes = Files.readAllBytes(report.output().location().toPath());
    bytes[40] ^= 1;
    Files.write(report.output().location().toPath(), bytes);
    FailureReport damage =
        failure(launch(task(read, reads, Map.of(), null)).get(30, TimeUnit.SECONDS));
    assertThat(damage.kind()).isEqualTo(FailureKind.CORRUPT);
    assertThat(damage.mapOutput()).isEqualTo(output);
  }
}
