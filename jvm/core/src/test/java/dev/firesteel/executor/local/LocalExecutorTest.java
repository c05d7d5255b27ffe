package dev.firesteel.executor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.firesteel.executor.ExecutorSettings;
import dev.firesteel.executor.JavaSettings;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.InputFormats;
import dev.firesteel.lineage.Language;
import dev.firesteel.memory.HeapMemory;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.storage.MemoryTier;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import dev.firesteel.worker.FakeDaemon;
import dev.firesteel.worker.WorkerPool;
import dev.firesteel.worker.WorkerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The executor and the worker pool, against a daemon that speaks the protocol over a real socket.
 */
@Timeout(60)
class LocalExecutorTest {
  private static final BlockId.Rdd BLOCK = new BlockId.Rdd(new NodeId(0, 11), 2);

  @TempDir Path root;

  private AppDirectories directories;
  private WorkerPool workers;
  private BlockManager blocks;
  private MapOutputTracker outputs;
  private LocalExecutor executor;
  private long nextAttempt = 1;

  private void start(Path python, int slots) throws Exception {
    directories = AppDirectories.create("test", root, List.of(root), null);
    workers =
        WorkerPool.start(
            new WorkerSettings(
                python.toString(),
                List.of(),
                "/",
                Map.of(),
                directories.socket(),
                1,
                slots,
                1 << 20,
                0,
                1,
                20_000));
    MemoryTier memory = new MemoryTier(0);
    blocks = new BlockManager(memory, directories.tiers(), Runnable::run);
    outputs = new MapOutputTracker(root.resolve("tables"), Runnable::run);
    executor =
        new LocalExecutor(
            "driver",
            new ExecutorSettings(slots, 1_000, 1 << 20, 1, List.of(), 60_000),
            workers,
            blocks,
            outputs,
            new DriverFiles(),
            directories,
            memory,
            new JavaSettings(
                () -> new HeapMemory(64 << 20, 0.5, slots, () -> false),
                LocalExecutorTest.class::getClassLoader,
                new InputFormats()));
  }

  private void start(int slots) throws Exception {
    start(FakeDaemon.program(root), slots);
  }

  @AfterEach
  void stop() throws IOException {
    if (executor != null) {
      executor.close();
      executor.close();
    }
    if (workers != null) {
      workers.close();
      workers.close();
    }
    if (directories != null) {
      directories.close();
    }
  }

  private TaskDescription task(
      String what, Set<BlockId> reads, Map<BlockId.Rdd, StorageLevel> caches) {
    TaskAttempt attempt = new TaskAttempt(nextAttempt++, 1, 0, 0, 0, 0);
    BlockId.Result result = new BlockId.Result(1, 0);
    return new TaskDescription(
        attempt,
        new TaskPlan(
            new Sink.Result(new Source.Empty(), result),
            Set.of(),
            Set.of(),
            reads,
            Set.of(),
            caches,
            result,
            Language.PYTHON,
            Set.of(0)),
        List.of(),
        Map.of("do", what),
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

  private TaskOutcome run(String what) throws Exception {
    return launch(task(what, Set.of(), Map.of())).get(30, TimeUnit.SECONDS);
  }

  private static String worker(TaskOutcome outcome) {
    byte[] result = ((TaskOutcome.Succeeded) outcome).report().result();
    return new String(result, StandardCharsets.US_ASCII);
  }

  /** What attempts have written, complete or not. */
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
  void workersAreUsedAgain() throws Exception {
    start(1);
    String first = worker(run("echo"));
    assertThat(worker(run("echo"))).isEqualTo(first);
    assertThat(workers.pids()).hasSize(1);
  }

  @Test
  void asManyTasksRunAtOnceAsThereAreSlots() throws Exception {
    start(2);
    TaskDescription one = task("hang", Set.of(), Map.of());
    TaskDescription two = task("hang", Set.of(), Map.of());
    CompletableFuture<TaskOutcome> first = launch(one);
    CompletableFuture<TaskOutcome> second = launch(two);
    await().until(() -> workers.pids().size() == 2 && leftovers().size() == 4);
    executor.kill(one.attempt().id(), "enough");
    executor.kill(two.attempt().id(), "enough");
    assertThat(first.get(30, TimeUnit.SECONDS))
        .isEqualTo(new TaskOutcome.Killed(one.attempt(), "enough"));
    assertThat(second.get(30, TimeUnit.SECONDS)).isInstanceOf(TaskOutcome.Killed.class);
    assertThat(leftovers()).isEmpty();
    assertThat(run("echo")).isInstanceOf(TaskOutcome.Succeeded.class);
  }

  @Test
  void aFailureIsPassedOnAndItsFilesRemoved() throws Exception {
    start(1);
    TaskOutcome.Failed failed = (TaskOutcome.Failed) run("fail");
    assertThat(failed.failure().kind()).isEqualTo(FailureKind.USER);
    assertThat(failed.failure().message()).isEqualTo("no");
    assertThat(leftovers()).isEmpty();
    assertThat(run("echo")).isInstanceOf(TaskOutcome.Succeeded.class);
    assertThat(workers.pids()).as("the worker itself is well").hasSize(1);
  }

  @Test
  void aDeathNamesItsSignalOrStatus() throws Exception {
    start(1);
    TaskOutcome.WorkerDied crashed = (TaskOutcome.WorkerDied) run("die");
    assertThat(crashed.how()).startsWith("was killed by SIGSEGV");
    assertThat(crashed.pid()).isGreaterThan(1_000_000);
    assertThat(leftovers()).isEmpty();
    assertThat(((TaskOutcome.WorkerDied) run("exit")).how()).contains("exit status 3");
    assertThat(run("echo")).isInstanceOf(TaskOutcome.Succeeded.class);
  }

  @Test
  void aDaemonThatCanNotForkNowKeepsItsWorkers() throws Exception {
    start(2);
    run("refuse-next-fork");
    TaskDescription hanging = task("hang", Set.of(), Map.of());
    CompletableFuture<TaskOutcome> first = launch(hanging);
    await().until(() -> leftovers().size() == 2);
    TaskOutcome.LaunchFailed refused = (TaskOutcome.LaunchFailed) run("echo");
    assertThat(refused.message()).contains("cannot fork a worker");
    executor.kill(hanging.attempt().id(), "enough");
    assertThat(first.get(30, TimeUnit.SECONDS))
        .isEqualTo(new TaskOutcome.Killed(hanging.attempt(), "enough"));
    assertThat(run("echo")).isInstanceOf(TaskOutcome.Succeeded.class);
  }

  @Test
  void aDaemonThatDiesIsStartedAgain() throws Exception {
    start(1);
    assertThat(run("daemon-dies")).isInstanceOf(TaskOutcome.WorkerDied.class);
    assertThat(run("echo")).isInstanceOf(TaskOutcome.Succeeded.class);
  }

  @Test
  void anAnswerThatMakesNoSenseIsOurFault() throws Exception {
    start(1);
    TaskOutcome.Failed failed = (TaskOutcome.Failed) run("garbage");
    assertThat(failed.failure().kind()).isEqualTo(FailureKind.INTERNAL);
    assertThat(failed.failure().message()).contains("READY");
    assertThat(run("echo")).isInstanceOf(TaskOutcome.Succeeded.class);
  }

  @Test
  void materializedBlocksAreReportedWithTheAttemptThatWroteThem() throws Exception {
    start(1);
    StorageLevel level = new StorageLevel(true, true, false, false, 1);
    TaskDescription caching = task("echo", Set.of(), Map.of(BLOCK, level));
    TaskOutcome outcome = launch(caching).get(30, TimeUnit.SECONDS);
    TaskReport report = ((TaskOutcome.Succeeded) outcome).report();
    assertThat(report.blocks()).hasSize(1);
    assertThat(report.blocks().get(0).id()).isEqualTo(BLOCK);
    assertThat(report.blocks().get(0).attempt()).isEqualTo(caching.attempt().id());
    assertThat(((Location.File) report.blocks().get(0).location()).toPath()).hasContent("block");

    blocks.register(report.blocks().get(0), level);
    TaskDescription reading = task("echo", Set.of(BLOCK), Map.of());
    assertThat(launch(reading).get(30, TimeUnit.SECONDS)).isInstanceOf(TaskOutcome.Succeeded.class);
    blocks.drop(BLOCK);
    assertThat(leftovers()).as("its pin is gone too").isEmpty();
  }

  @Test
  void whatIsMissingIsGoneOrCorruptOrOurFault() throws Exception {
    start(1);
    TaskDescription reading = task("echo", Set.of(BLOCK), Map.of());
    assertThat(launch(reading).get(30, TimeUnit.SECONDS))
        .isEqualTo(new TaskOutcome.BlockGone(reading.attempt(), BLOCK));

    ShuffleId shuffle = new ShuffleId(0, 4);
    outputs.registerShuffle(shuffle, 2, 1);
    FailureReport output = failure(task("echo", Set.of(new BlockId.Shuffle(shuffle)), Map.of()));
    assertThat(output.kind()).isEqualTo(FailureKind.CORRUPT);
    assertThat(output.mapOutput()).isEqualTo(new BlockId.ShuffleMap(shuffle, 0));

    BlockId.Closure closure = new BlockId.Closure(new ClosureId(0, 1));
    assertThat(failure(task("echo", Set.of(closure), Map.of())).kind())
        .isEqualTo(FailureKind.INTERNAL);
  }

  private FailureReport failure(TaskDescription task) throws Exception {
    return ((TaskOutcome.Failed) launch(task).get(30, TimeUnit.SECONDS)).failure();
  }

  @Test
  void aDaemonThatCanNotStartSaysSo() throws Exception {
    start(FakeDaemon.script(root, "exit 3\n"), 1);
    TaskOutcome.LaunchFailed failed = (TaskOutcome.LaunchFailed) run("echo");
    assertThat(failed.message()).contains("exit status 3").contains("cloudpickle");
  }

  @Test
  void stoppingEndsWhatRuns() throws Exception {
    start(1);
    CompletableFuture<TaskOutcome> hanging = launch(task("hang", Set.of(), Map.of()));
    await().until(() -> !leftovers().isEmpty());
    executor.close();
    assertThat(hanging.get(30, TimeUnit.SECONDS)).isInstanceOf(TaskOutcome.Killed.class);
    assertThat(run("echo")).isInstanceOf(TaskOutcome.LaunchFailed.class);
  }
}
