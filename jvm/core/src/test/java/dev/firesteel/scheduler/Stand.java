package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.job.EngineStatus;
import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.JobSink;
import dev.firesteel.job.StageProgress;
import dev.firesteel.lineage.Drawing;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.plan.Sink;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A test stand for the scheduler: posts events, collects actions, and plays the executor by hand.
 * Checks the scheduler's invariants after every event.
 */
final class Stand {
  final Drawing draw = new Drawing();
  final Scheduler scheduler;
  final Map<Long, TaskDescription> running = new LinkedHashMap<>();
  final Map<Long, String> on = new LinkedHashMap<>();
  final Map<Long, String> killed = new LinkedHashMap<>();
  final Map<Long, JobResult> results = new LinkedHashMap<>();
  final List<SchedulerAction> actions = new ArrayList<>();
  Map<String, String> properties = Map.of();
  long maxResultSize;
  Long after;

  /** Off for lineages so large that checking takes much longer than scheduling. */
  boolean checking = true;

  private long lastJob;

  Stand(int slots) {
    this(slots, SchedulerConf.DEFAULT);
  }

  Stand(int slots, SchedulerConf conf) {
    this(slots, new Scheduler(conf));
  }

  Stand(int slots, Scheduler scheduler) {
    this.scheduler = scheduler;
    add("driver", slots);
  }

  /** An executor comes. */
  void add(String executor, int slots) {
    post(new SchedulerEvent.ExecutorAdded(executor, slots));
  }

  /** An executor is gone, and what it ran with it. */
  void lose(String executor) {
    on.keySet().removeIf(attempt -> on.get(attempt).equals(executor));
    running.keySet().retainAll(on.keySet());
    post(new SchedulerEvent.ExecutorLost(executor, "its process was killed"));
  }

  long submit(NodeId target, Integer... partitions) {
    return submit(target, new JobSink.Result(), partitions);
  }

  long submit(NodeId target, JobSink sink, Integer... partitions) {
    long job = ++lastJob;
    submit(
        new JobRequest(
            Drawing.DRIVER,
            job,
            "collect",
            draw.update(),
            target,
            partitions.length == 0 ? null : Arrays.asList(partitions),
            sink,
            List.of("/app"),
            properties,
            maxResultSize,
            after));
    return job;
  }

  void submit(JobRequest request) {
    post(new SchedulerEvent.JobSubmitted(request));
  }

  void update() {
    update(draw.update());
  }

  void update(LineageUpdate update) {
    String fault = ask(answer -> new SchedulerEvent.LineageUpdated(update, answer));
    assertThat(fault).isEmpty();
  }

  void cancel(long job) {
    post(new SchedulerEvent.JobCancelled(job, "wanted"));
  }

  void post(SchedulerEvent event) {
    for (SchedulerAction action : scheduler.handle(event)) {
      actions.add(action);
      if (action instanceof SchedulerAction.Launch launch) {
        running.put(launch.task().attempt().id(), launch.task());
        on.put(launch.task().attempt().id(), launch.executor());
      } else if (action instanceof SchedulerAction.Kill kill) {
        assertThat(running).containsKey(kill.attempt());
        killed.put(kill.attempt(), kill.reason());
      } else if (action instanceof SchedulerAction.EndJob end) {
        assertThat(results).doesNotContainKey(end.job());
        results.put(end.job(), end.result());
      } else if (action instanceof SchedulerAction.Answer answer) {
        answer.answer().run();
      }
    }
    if (checking) {
      scheduler.checkInvariants();
    }
  }

  /** The running attempts, as text: stage.stageAttempt:partition#attempt. */
  List<String> launched() {
    return running.values().stream().map(Stand::name).toList();
  }

  static String name(TaskDescription task) {
    return task.attempt().stage()
        + "."
        + task.attempt().stageAttempt()
        + ":"
        + task.attempt().partition()
        + "#"
        + task.attempt().attempt();
  }

  /** Returns the running attempt of that name. */
  TaskDescription task(String name) {
    return running.values().stream()
        .filter(task -> name(task).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + launched()));
  }

  void succeed(String... names) {
    for (String name : names) {
      succeed(task(name), 0, null);
    }
  }

  /** The first running attempts succeed, until none is running. */
  void succeedAll() {
    while (!running.isEmpty()) {
      succeed(running.values().iterator().next(), 0, null);
    }
  }

  /** Succeeds; a map task's checksums are those given, plus the number of the section. */
  void succeed(TaskDescription task, int checksum, byte[] accumulators) {
    end(new TaskOutcome.Succeeded(task.attempt(), report(task, checksum, accumulators)));
  }

  static TaskReport report(TaskDescription task, int checksum, byte[] accumulators) {
    List<StoredBlock> blocks = new ArrayList<>();
    long attempt = task.attempt().id();
    task.plan()
        .caches()
        .keySet()
        .forEach(
            id ->
                blocks.add(
                    new StoredBlock(
                        id,
                        new Location.DiskFile("x", "/" + id.name() + "." + attempt),
                        100,
                        10,
                        attempt)));
    if (task.plan().sink() instanceof Sink.ShuffleWrite write) {
      long[] lengths = new long[write.partitions()];
      int[] checksums = new int[write.partitions()];
      Arrays.setAll(checksums, i -> checksum + i);
      OutputFile file =
          new OutputFile(
              new Location.DiskFile("x", "/" + write.block().name() + "." + attempt), 50, 5);
      return new TaskReport(
          null,
          file,
          new ShuffleReport(lengths, lengths, checksums),
          blocks,
          5,
          updates(accumulators),
          Map.of());
    }
    return new TaskReport(
        new byte[] {1, 2}, null, null, blocks, 3, updates(accumulators), Map.of());
  }

  private static List<AccumulatorUpdate> updates(byte @Nullable [] pickled) {
    return pickled == null
        ? List.of()
        : List.of(new AccumulatorUpdate(Language.PYTHON, pickled, null));
  }

  void die(String name) {
    end(new TaskOutcome.WorkerDied(task(name).attempt(), 77, "was killed by SIGKILL"));
  }

  void failByUser(String name) {
    fail(name, new FailureReport(FailureKind.USER, "division by zero", new byte[] {9}, null, null));
  }

  /** A task of a barrier stage waits for the others. */
  void meet(String name, String call, String message) {
    post(
        new SchedulerEvent.BarrierReached(new BarrierCall(task(name).attempt(), call, 1, message)));
  }

  void loseMapOutput(String name, ShuffleId shuffle, int map) {
    BlockId.ShuffleMap lost = new BlockId.ShuffleMap(shuffle, map);
    fail(name, new FailureReport(FailureKind.CORRUPT, "damaged", null, null, lost));
  }

  void loseBlock(String name, NodeId node, int partition) {
    BlockId.Rdd lost = new BlockId.Rdd(node, partition);
    fail(name, new FailureReport(FailureKind.CORRUPT, "damaged", null, lost, null));
  }

  /** A persisted block that an attempt had written goes, to make room. */
  void evict(NodeId node, int partition, long attempt) {
    post(new SchedulerEvent.BlockLost(new BlockId.Rdd(node, partition), attempt));
  }

  void fail(String name, FailureReport failure) {
    end(new TaskOutcome.Failed(task(name).attempt(), failure));
  }

  /** An attempt that was told to end ends. */
  void endKilled() {
    for (long attempt : List.copyOf(killed.keySet())) {
      if (running.containsKey(attempt)) {
        end(new TaskOutcome.Killed(running.get(attempt).attempt(), killed.get(attempt)));
      }
    }
  }

  void end(TaskOutcome outcome) {
    assertThat(running.remove(outcome.attempt().id())).isNotNull();
    post(new SchedulerEvent.TaskEnded(on.remove(outcome.attempt().id()), outcome));
  }

  JobResult.Succeeded succeeded(long job) {
    assertThat(results.get(job)).isInstanceOf(JobResult.Succeeded.class);
    return (JobResult.Succeeded) results.get(job);
  }

  JobFailure failed(long job) {
    assertThat(results.get(job)).isInstanceOf(JobResult.Failed.class);
    return ((JobResult.Failed) results.get(job)).failure();
  }

  <A extends SchedulerAction> List<A> actions(Class<A> kind) {
    return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  EngineStatus status() {
    return ask(SchedulerEvent.StatusAsked::new);
  }

  List<StageProgress> progress(long job) {
    return ask(answer -> new SchedulerEvent.ProgressAsked(job, answer));
  }

  List<Integer> stages(long job) {
    return ask(answer -> new SchedulerEvent.StagesAsked(job, answer));
  }

  Optional<StageProgress> stage(int stage) {
    return ask(answer -> new SchedulerEvent.StageAsked(stage, answer));
  }

  <T> T ask(Function<CompletableFuture<T>, SchedulerEvent> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    post(question.apply(answer));
    assertThat(answer).isDone();
    return answer.join();
  }

  /** Nothing is left: no job, stage, attempt or claim, and all slots are free. */
  void assertIdle() {
    EngineStatus status = status();
    assertThat(status.jobs()).isZero();
    assertThat(status.stages()).isZero();
    assertThat(status.running()).isZero();
    assertThat(status.claims()).isZero();
    assertThat(status.executors()).allSatisfy(e -> assertThat(e.free()).isEqualTo(e.slots()));
  }
}
