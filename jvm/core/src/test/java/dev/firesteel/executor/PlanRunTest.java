package dev.firesteel.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.InputFormats;
import dev.firesteel.interpreter.Room;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.memory.HeapMemory;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.records.StoredRecords;
import dev.firesteel.storage.ObjectStore;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import dev.firesteel.worker.WorkerException;
import dev.firesteel.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plans are run for an engine that has no store of ours: it only says where names lead. */
@Timeout(60)
class PlanRunTest {
  private static final TaskAttempt ATTEMPT = new TaskAttempt(7, 1, 0, 0, 0, 0);
  private static final BlockId.Result RESULT = new BlockId.Result(1, 0);
  private static final BlockId.Rdd BLOCK = new BlockId.Rdd(new NodeId(0, 11), 2);
  private static final StorageLevel LEVEL = new StorageLevel(true, true, false, false, 1);

  @TempDir Path root;

  private final Names names = new Names();
  private Path scratch;
  private PlanRun.Runners runners;

  private static Location.File at(Path file) {
    return new Location.DiskFile("executor 3", file.toString());
  }

  /** Files of a foreign engine, none of which may be larger than it was told at first. */
  private static final class Names implements TaskNames {
    final Map<String, Location> paths = new HashMap<>();
    final Map<String, Long> space = new HashMap<>();
    final Map<String, Path> otherwise = new HashMap<>();
    final List<ShuffleId> lost = new ArrayList<>();

    @Override
    public Map<String, Location> locations() {
      return paths;
    }

    @Override
    public Map<String, Long> space() {
      return space;
    }

    @Override
    public Room.Grant extend(String name, long wish, long least) {
      return new Room.Grant(0, otherwise.get(name));
    }

    @Override
    public Location.File written(Path file) {
      return at(file);
    }

    @Override
    public void tableLost(ShuffleId shuffle) {
      lost.add(shuffle);
    }
  }

  @BeforeEach
  void start() throws IOException {
    scratch = Files.createDirectory(root.resolve("scratch"));
    ExecutorSettings settings = new ExecutorSettings(1, 100, 1 << 20, 1, List.of(), 60_000);
    HeapMemory heap = new HeapMemory(64 << 20, 0.5, 1, () -> false);
    JavaTasks java =
        new JavaTasks(
            settings,
            new JavaSettings(() -> heap, PlanRunTest.class::getClassLoader, new InputFormats()),
            new ObjectStore(heap, StoredRecords::write));
    WorkerPool workers =
        WorkerPool.onDemand(
            () -> {
              throw new WorkerException("there is no Python here");
            });
    runners = new PlanRun.Runners(workers, java, settings);
  }

  private TaskOutcome run(Sink sink, Language language) throws Exception {
    TaskPlan plan =
        new TaskPlan(
            sink, Set.of(), Set.of(), Set.of(), Set.of(), Map.of(), RESULT, language, Set.of(0));
    TaskDescription task = new TaskDescription(ATTEMPT, plan, List.of(), Map.of(), 0);
    RunningTask running =
        new RunningTask(
            task,
            call -> {
              throw new AssertionError("no task waits for others: " + call);
            });
    return new PlanRun(running, names, scratch, runners).run();
  }

  private static TaskReport report(TaskOutcome outcome) {
    assertThat(outcome).isInstanceOf(TaskOutcome.Succeeded.class);
    return ((TaskOutcome.Succeeded) outcome).report();
  }

  @Test
  void filesAreWrittenWhereTheNamesLead() throws Exception {
    Path file = root.resolve("foreign-1");
    names.paths.put(RESULT.name(), at(file));
    Source range = new Source.Range("0", "1", 10_000);
    TaskReport report = report(run(new Sink.Result(range, RESULT), Language.JAVA));
    assertThat(report.output().location()).isEqualTo(at(file));
    StoredRecords.Block block =
        new StoredRecords.Block(RESULT.name(), 7, Files.size(file), report.records());
    List<Object> records = new ArrayList<>();
    try (var read = StoredRecords.open(file, block, PlanRunTest.class.getClassLoader())) {
      read.forEachRemaining(records::add);
    }
    assertThat(records).isEqualTo(LongStream.range(0, 10_000).boxed().toList());
  }

  @Test
  void aBlockGoesOnWhereTheEngineSaysWhenThereIsNoRoom() throws Exception {
    names.paths.put(BLOCK.name(), at(root.resolve("small")));
    names.space.put(BLOCK.name(), 10L);
    names.otherwise.put(BLOCK.name(), root.resolve("large"));
    Source cached = new Source.Cached(new Source.Range("0", "1", 10_000), BLOCK, LEVEL);
    TaskReport report = report(run(new Sink.Count(cached), Language.JAVA));
    assertThat(report.blocks()).hasSize(1);
    assertThat(report.blocks().get(0).location()).isEqualTo(at(root.resolve("large")));
    assertThat(root.resolve("large")).exists();
    assertThat(root.resolve("small")).doesNotExist();
  }

  @Test
  void theEngineIsToldOfADamagedTable() throws Exception {
    ShuffleId shuffle = new ShuffleId(0, 4);
    names.paths.put(shuffle.name(), at(Files.writeString(root.resolve("table"), "no table")));
    Source read = new Source.ShuffleRead(shuffle, 0, new ReadMode.Plain());
    TaskOutcome outcome = run(new Sink.Result(read, RESULT), Language.JAVA);
    assertThat(((TaskOutcome.Failed) outcome).failure().kind()).isEqualTo(FailureKind.CORRUPT);
    assertThat(names.lost).containsExactly(shuffle);
  }

  @Test
  void aWorkerThatCannotBeHadIsAnAnswer() throws Exception {
    TaskOutcome outcome =
        run(new Sink.Result(new Source.Range("0", "1", 10), RESULT), Language.PYTHON);
    assertThat(((TaskOutcome.LaunchFailed) outcome).message()).isEqualTo("there is no Python here");
  }
}
