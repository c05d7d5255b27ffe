package dev.firesteel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.JobSink;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.scheduler.SchedulerConf;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.util.Log;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine with its thread: callers wait, cancel, stop, and always get an answer. */
@Timeout(20)
class LocalEngineTest {
  private static final NodeId SOURCE = new NodeId(0, 1);
  private static final ShuffleId SHUFFLE = new ShuffleId(0, 2);
  private static final NodeId READ = new NodeId(0, 3);
  private static final ClosureId CLOSURE = new ClosureId(0, 4);
  private static final NodeId MAPPED = new NodeId(0, 5);

  private final FakeExecutor executor = new FakeExecutor(2);
  private final FakeFiles files = new FakeFiles();
  private final DriverFiles driverFiles = new DriverFiles();
  private final LocalEngine engine =
      new LocalEngine(List.of(executor), driverFiles, files, SchedulerConf.DEFAULT);

  @BeforeEach
  void faultsAreWantedHere() {
    Log.level(Log.Level.OFF);
  }

  @AfterEach
  void close() {
    Log.level(Log.Level.WARN);
    engine.close();
    assertThat(executor.closed.getCount()).isZero();
  }

  @Test
  void runsAJobOverAShuffle() throws InterruptedException {
    JobResult result = engine.run(request(1, MAPPED));
    assertThat(result).isInstanceOf(JobResult.Succeeded.class);
    assertThat(((JobResult.Succeeded) result).rows()).hasSize(2);
    assertThat(files.told)
        .containsExactlyInAnyOrder("output shuffle_0_2_0", "output shuffle_0_2_1");
    assertThat(driverFiles.find(new BlockId.Closure(CLOSURE))).contains(Path.of("/driver/closure"));
    assertThat(engine.status().running()).isZero();
  }

  @Test
  void releasedLineageTakesItsFilesAlong() throws InterruptedException {
    engine.run(request(1, MAPPED));
    engine.update(
        new LineageUpdate(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            new LineageUpdate.Release(
                List.of(MAPPED, READ, SOURCE),
                List.of(SHUFFLE),
                List.of(CLOSURE),
                List.of(),
                List.of(),
                List.of())));
    assertThat(files.told).contains("no shuffle_0_2", "delete /driver/closure");
    assertThat(driverFiles.find(new BlockId.Closure(CLOSURE))).isEmpty();
    assertThat(engine.status().nodes()).isZero();
  }

  @Test
  void cancelEndsAJobThatRuns() throws Exception {
    executor.hold = true;
    CompletableFuture<JobResult> result = runInBackground(request(7, SOURCE));
    executor.launched.take();
    assertThat(engine.progress(7).get(0).active()).isEqualTo(2);
    engine.cancel(7, "Ctrl-C");
    assertThat(failure(result.get()).kind()).isEqualTo("cancelled");
  }

  @Test
  void aThreadThatIsInterruptedCancelsItsJob() throws Exception {
    executor.hold = true;
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                engine.run(request(1, SOURCE));
                interrupted.complete(false);
              } catch (InterruptedException e) {
                interrupted.complete(true);
              }
            });
    caller.start();
    executor.launched.take();
    caller.interrupt();
    assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
    engine.cancel(1, "again");
    executor.hold = false;
    assertThat(engine.run(request(2, SOURCE))).isInstanceOf(JobResult.Succeeded.class);
  }

  @Test
  void twoJobsOfOneNumberDoNotRunAtOnce() throws Exception {
    executor.hold = true;
    CompletableFuture<JobResult> first = runInBackground(request(1, SOURCE));
    executor.launched.take();
    assertThat(failure(engine.run(request(1, SOURCE))).message()).contains("running already");
    engine.cancel(1, "enough");
    assertThat(failure(first.get()).kind()).isEqualTo("cancelled");
  }

  @Test
  void stoppingAnswersThoseWhoWait() throws Exception {
    executor.hold = true;
    CompletableFuture<JobResult> result = runInBackground(request(1, SOURCE));
    executor.launched.take();
    engine.close();
    assertThat(failure(result.get()).kind()).isEqualTo("stopped");
    assertThat(failure(engine.run(request(2, SOURCE))).kind()).isEqualTo("stopped");
    assertThatThrownBy(engine::status).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anExecutorThatRefusesIsAFailureLikeAnother() throws Exception {
    executor.refuse = true;
    JobFailure failure = failure(engine.run(request(1, SOURCE)));
    assertThat(failure.kind()).isEqualTo("worker");
    assertThat(failure.message()).contains("refused");
  }

  @Test
  void aFaultOfTheEngineFailsItsJobsAndLeavesNobodyWaiting() throws Exception {
    files.breakOnce.set(true);
    JobFailure failure = failure(engine.run(request(1, MAPPED)));
    assertThat(failure.kind()).isEqualTo("internal");
    assertThat(failure.java()).contains("broken on purpose").contains("registerMapOutput");
    assertThat(engine.run(request(2, SOURCE))).isInstanceOf(JobResult.Succeeded.class);
  }

  @Test
  void aFaultIsPrintedWithTheEventsThatCameBefore() throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    Log.level(Log.Level.ERROR);
    try {
      engine.run(request(1, SOURCE));
      files.breakOnce.set(true);
      engine.run(request(2, MAPPED));
    } finally {
      System.setErr(before);
      Log.level(Log.Level.OFF);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("The engine failed at RegisterMapOutput")
        .contains("1 JobSubmitted job 1 collect at app.py:4", "JobSubmitted job 2")
        .containsPattern("\\d Succeeded attempt \\d+ \\(job 1, stage 0")
        .contains("broken on purpose");
  }

  @Test
  void aJobThatCannotBeTakenLeavesOthersAlone() throws Exception {
    executor.hold = true;
    CompletableFuture<JobResult> other = runInBackground(request(1, SOURCE));
    TaskDescription first = executor.launched.take();
    TaskDescription second = executor.launched.take();
    JobFailure failure = failure(engine.run(tooManyPartitions(2)));
    assertThat(failure.kind()).isEqualTo("internal");
    assertThat(failure.site()).isEqualTo("count at app.py:9");
    assertThat(failure.java()).contains("ArithmeticException");
    executor.succeed(first);
    executor.succeed(second);
    assertThat(other.get()).isInstanceOf(JobResult.Succeeded.class);
  }

  @Test
  void aListenerThatFailsIsNobodyElsesMatter() throws Exception {
    engine.listen(new FailingListener());
    assertThat(engine.run(request(1, MAPPED))).isInstanceOf(JobResult.Succeeded.class);
    assertThat(engine.status().running()).isZero();
  }

  @Test
  void aJobGoesOnOnTheExecutorThatTakesThePlaceOfALostOne() throws Exception {
    executor.hold = true;
    List<TaskOutcome> ended = new CopyOnWriteArrayList<>();
    engine.listen(new Outcomes(ended));
    CompletableFuture<JobResult> result = runInBackground(request(1, SOURCE));
    TaskDescription first = executor.launched.take();
    executor.launched.take();
    executor.lose("its process was killed by SIGKILL");
    executor.closed.await();
    assertThat(engine.status().executors()).isEmpty();
    FakeExecutor other = new FakeExecutor("other", 1);
    engine.add(other);
    assertThat(result.get()).isInstanceOf(JobResult.Succeeded.class);
    assertThat(other.launched).hasSize(2);
    assertThat(engine.status().running()).isZero();
    assertThat(ended)
        .hasSize(4)
        .contains(
            new TaskOutcome.ExecutorLost(
                first.attempt(), "fake", "its process was killed by SIGKILL"));
  }

  @Test
  void anUpdateThatMakesNoSenseIsRefused() {
    Node orphan = new Node.Pipeline(new NodeId(0, 8), "map", new NodeId(0, 99), CLOSURE);
    LineageUpdate update =
        new LineageUpdate(
            List.of(orphan),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            LineageUpdate.Release.NONE);
    assertThatThrownBy(() -> engine.update(update))
        .isInstanceOf(LineageException.class)
        .hasMessageContaining("rdd_0_99 is not known");
  }

  @Test
  void tasksCarryPathAndProperties() throws Exception {
    engine.run(request(1, SOURCE));
    TaskDescription task = executor.launched.take();
    assertThat(task.path()).containsExactly("/app");
    assertThat(task.properties()).containsEntry("spark.job.description", "test");
    assertThat(task.plan().output()).isEqualTo(new BlockId.Result(1, task.attempt().partition()));
  }

  private CompletableFuture<JobResult> runInBackground(JobRequest request) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return engine.run(request);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static JobFailure failure(JobResult result) {
    assertThat(result).isInstanceOf(JobResult.Failed.class);
    return ((JobResult.Failed) result).failure();
  }

  /** A job that the scheduler fails at when it looks at it: the number has no place in an int. */
  private static JobRequest tooManyPartitions(long job) {
    NodeId many = new NodeId(0, 20);
    NodeId product = new NodeId(0, 21);
    LineageUpdate update =
        new LineageUpdate(
            List.of(
                new Node.Range(many, "range", "0", "1", 10, 1 << 20),
                new Node.Product(product, "cartesian", many, many)),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            LineageUpdate.Release.NONE);
    return new JobRequest(
        0,
        job,
        "count at app.py:9",
        update,
        product,
        null,
        new JobSink.Result(),
        List.of(),
        Map.of(),
        0,
        null);
  }

  private static JobRequest request(long job, NodeId target) {
    LineageUpdate update =
        new LineageUpdate(
            List.of(
                new Node.Range(SOURCE, "range at app.py:1", "0", "1", 10, 2),
                new Node.Shuffled(READ, "groupByKey at app.py:2", SHUFFLE, new ReadMode.Plain()),
                new Node.Pipeline(MAPPED, "map at app.py:3", READ, CLOSURE)),
            List.of(
                new ShuffleDependency(
                    SHUFFLE, SOURCE, 2, new Partitioner.Hash(), null, "groupByKey at app.py:2")),
            List.of(new LineageUpdate.ClosureFile(CLOSURE, "/driver/closure", List.of())),
            List.of(),
            List.of(),
            LineageUpdate.Release.NONE);
    return new JobRequest(
        0,
        job,
        "collect at app.py:4",
        update,
        target,
        null,
        new JobSink.Result(),
        List.of("/app"),
        Map.of("spark.job.description", "test"),
        0,
        null);
  }

  /** A listener that notes how tasks ended. */
  private record Outcomes(List<TaskOutcome> ended) implements EngineListener {
    @Override
    public void jobStarted(JobRequest request) {}

    @Override
    public void jobEnded(long job, JobResult result) {}

    @Override
    public void stageStarted(long job, int stage, int attempt, String name, int tasks) {}

    @Override
    public void stageEnded(int stage, int attempt, String name, boolean complete) {}

    @Override
    public void taskStarted(TaskAttempt attempt) {}

    @Override
    public void taskEnded(TaskOutcome outcome) {
      ended.add(outcome);
    }
  }

  /** A listener that fails whatever it is told. */
  private static final class FailingListener implements EngineListener {
    private static IllegalStateException broken() {
      return new IllegalStateException("a listener, broken on purpose");
    }

    @Override
    public void jobStarted(JobRequest request) {
      throw broken();
    }

    @Override
    public void jobEnded(long job, JobResult result) {
      throw broken();
    }

    @Override
    public void stageStarted(long job, int stage, int attempt, String name, int tasks) {
      throw broken();
    }

    @Override
    public void stageEnded(int stage, int attempt, String name, boolean complete) {
      throw broken();
    }

    @Override
    public void taskStarted(TaskAttempt attempt) {
      throw broken();
    }

    @Override
    public void taskEnded(TaskOutcome outcome) {
      throw broken();
    }
  }
}
