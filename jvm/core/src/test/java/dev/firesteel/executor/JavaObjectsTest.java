package dev.firesteel.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.executor.local.LocalExecutor;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.input.InputFormats;
import dev.firesteel.interpreter.Closure;
import dev.firesteel.interpreter.ClosureFile;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.interpreter.Step;
import dev.firesteel.lineage.Language;
import dev.firesteel.memory.HeapMemory;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.records.StoredRecords;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.storage.MemoryTier;
import dev.firesteel.storage.ObjectStore;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.worker.WorkerException;
import dev.firesteel.worker.WorkerPool;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tasks in Java share in the heap: blocks of objects, and the values of broadcasts. */
class JavaObjectsTest {
  private static final BlockId.Result RESULT = new BlockId.Result(1, 0);
  private static final BlockId.Rdd BLOCK = new BlockId.Rdd(new NodeId(0, 11), 0);
  private static final BlockId.Rdd OTHER = new BlockId.Rdd(new NodeId(0, 12), 0);
  private static final StorageLevel MEMORY = new StorageLevel(false, true, false, true, 1);
  private static final StorageLevel EITHER = new StorageLevel(true, true, false, true, 1);
  private static final Source RANGE = new Source.Range("0", "1", 10_000);
  private static final AtomicInteger READ = new AtomicInteger();

  @TempDir Path root;

  private final HeapMemory heap = new HeapMemory(1 << 20, 0.5, 2, () -> false);
  private final ObjectStore objects = new ObjectStore(heap, StoredRecords::write);
  private final DriverFiles driverFiles = new DriverFiles();
  private AppDirectories directories;
  private BlockManager blocks;
  private LocalExecutor executor;
  private long attempts;

  @BeforeEach
  void start() throws IOException {
    READ.set(0);
    directories = AppDirectories.create("test", root, List.of(root), null);
    MemoryTier memory = new MemoryTier(0);
    blocks = new BlockManager(memory, objects, directories.tiers(), Runnable::run);
    executor =
        new LocalExecutor(
            "driver",
            new ExecutorSettings(2, 1 << 20, 1 << 20, 1, List.of(), 60_000),
            WorkerPool.onDemand(
                () -> {
                  throw new WorkerException("no task in Java needs a worker");
                }),
            blocks,
            new MapOutputTracker(Files.createDirectory(root.resolve("t")), Runnable::run),
            driverFiles,
            directories,
            memory,
            new JavaSettings(
                () -> heap, JavaObjectsTest.class::getClassLoader, new InputFormats()));
  }

  @AfterEach
  void stop() throws IOException {
    executor.close();
    directories.close();
  }

  private TaskReport run(
      Source source, Set<ClosureId> closures, Set<BroadcastId> broadcasts, StorageLevel level)
      throws Exception {
    Set<BlockId> reads = source instanceof Source.Block ? Set.of(BLOCK) : Set.of();
    CompletableFuture<TaskOutcome> outcome = new CompletableFuture<>();
    executor.launch(
        new TaskDescription(
            new TaskAttempt(++attempts, 1, 0, 0, 0, 0),
            new TaskPlan(
                new Sink.Result(source, RESULT),
                closures,
                broadcasts,
                reads,
                Set.of(),
                level == null ? Map.of() : Map.of(((Source.Cached) source).block(), level),
                RESULT,
                Language.JAVA,
                Set.of(0)),
            List.of(),
            Map.of(),
            0),
        outcome::complete,
        call -> {});
    TaskOutcome ended = outcome.get(60, TimeUnit.SECONDS);
    assertThat(ended).isInstanceOf(TaskOutcome.Succeeded.class);
    TaskReport report = ((TaskOutcome.Succeeded) ended).report();
    report.blocks().forEach(block -> blocks.register(block, level));
    return report;
  }

  private TaskReport cache(BlockId.Rdd block, Source source, StorageLevel level) throws Exception {
    TaskReport report = run(new Source.Cached(source, block, level), Set.of(), Set.of(), level);
    assertThat(records(report)).hasSize(10_000).startsWith(0L, 1L).endsWith(9999L);
    return report;
  }

  private List<Object> records(TaskReport report) {
    StoredRecords.Block block =
        new StoredRecords.Block(RESULT.name(), attempts, report.result().length, report.records());
    List<Object> records = new ArrayList<>();
    StoredRecords.open(report.result(), block, getClass().getClassLoader())
        .forEachRemaining(records::add);
    return records;
  }

  private List<Object> read(StoredBlock block) throws Exception {
    Source source = new Source.Block(BLOCK, block.bytes(), block.records(), block.attempt());
    return records(run(source, Set.of(), Set.of(), null));
  }

  @Test
  void aBlockIsKeptAsObjectsAndRead() throws Exception {
    StoredBlock block = cache(BLOCK, RANGE, MEMORY).blocks().get(0);
    assertThat(block.location()).isInstanceOf(Location.Heap.class);
    assertThat(objects.records((Location.Heap) block.location())).hasSize(10_000).startsWith(0L);
    assertThat(block.bytes()).isBetween(270_000L, 330_000L).isEqualTo(heap.storage());
    assertThat(read(block)).hasSize(10_000).startsWith(0L).endsWith(9999L);
    blocks.drop(BLOCK);
    assertThat(heap.storage()).isZero();
    assertThat(objects.size()).isZero();
  }

  @Test
  void withoutRoomABlockThatMayOnlyBeInMemoryIsPassedThrough() throws Exception {
    assertThat(heap.store(900 << 10)).isTrue();
    assertThat(cache(BLOCK, RANGE, MEMORY).blocks()).isEmpty();
    assertThat(heap.storage()).isEqualTo(900 << 10);
    assertThat(objects.size()).isZero();
  }

  @Test
  void withoutRoomABlockThatMayBeOnDiskIsWrittenThere() throws Exception {
    assertThat(heap.store(900 << 10)).isTrue();
    StoredBlock block = cache(BLOCK, RANGE, EITHER).blocks().get(0);
    assertThat(Files.size(((Location.File) block.location()).toPath())).isEqualTo(block.bytes());
    assertThat(heap.storage()).isEqualTo(900 << 10);
    assertThat(read(block)).hasSize(10_000).endsWith(9999L);
  }

  @Test
  void aBlockThatHasMadeRoomIsReadFromItsFile() throws Exception {
    StoredBlock block = cache(BLOCK, RANGE, EITHER).blocks().get(0);
    assertThat(heap.store(600 << 10)).isTrue();
    cache(OTHER, RANGE, EITHER);
    StoredBlock moved = blocks.get(BLOCK).orElseThrow();
    assertThat(((Location.File) moved.location()).toPath()).exists();
    assertThat(moved.bytes()).isNotEqualTo(block.bytes());
    assertThat(read(block)).as("by a plan made before").hasSize(10_000).endsWith(9999L);
    assertThat(blocks.get(OTHER).orElseThrow().location()).isInstanceOf(Location.Heap.class);
  }

  /** Says when it is deserialized. */
  static final class Table implements Serializable {
    private static final long serialVersionUID = 1L;

    final int factor;

    Table(int factor) {
      this.factor = factor;
    }

    private Object readResolve() {
      READ.incrementAndGet();
      return this;
    }
  }

  @Test
  void aBroadcastIsDeserializedOnceUntilItIsReleased() throws Exception {
    BroadcastId id = new BroadcastId(0, 5);
    Path value = root.resolve("value");
    ClosureFile.write(value, id.name(), ClosureFile.serialize(new Table(3)));
    driverFiles.register(new BlockId.Broadcast(id), value);
    ClosureId closure = new ClosureId(0, 6);
    Path functions = root.resolve("functions");
    MapFunction<Long, Object> function =
        x -> x * ((Table) JavaTask.current().broadcast(new BroadcastId(0, 5))).factor;
    Step step = new Step("map", "map at App.java:1", Functions.map(function));
    ClosureFile.write(functions, closure.name(), ClosureFile.serialize(new Closure(List.of(step))));
    driverFiles.register(new BlockId.Closure(closure), functions);
    Source source = new Source.Pipeline(new Source.Range("0", "1", 4), closure, 0);
    for (int times = 0; times < 3; times++) {
      TaskReport report = run(source, Set.of(closure), Set.of(id), null);
      assertThat(records(report)).containsExactly(0L, 3L, 6L, 9L);
    }
    assertThat(READ.get()).isEqualTo(1);
    driverFiles.remove(new BlockId.Broadcast(id));
    driverFiles.register(new BlockId.Broadcast(id), value);
    run(source, Set.of(closure), Set.of(id), null);
    assertThat(READ.get()).isEqualTo(2);
  }
}
