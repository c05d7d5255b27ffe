package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.job.JobResult;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Executors, block manager and map output tracker of a simulation, in one thread and without files.
 * The value of a partition is a number that depends on everything it was computed from, so that a
 * wrong or missing input shows in the result. A task reads its inputs when it is launched; its
 * outcome is delivered later. Executors come, and are killed with all that they have; the scheduler
 * hears of it later, and may have launched more on them by then. Checks what must hold at each
 * action.
 */
final class SimulatedCluster implements SchedulerAction.Handler {
  private final Random random;
  private final Faults faults;
  final Map<Long, Running> running = new LinkedHashMap<>();
  final Map<Long, JobResult> results = new HashMap<>();

  /** The files that exist, with the values in them; a damaged one has none. */
  final Map<Location, long @Nullable []> files = new HashMap<>();

  /** The stages that listeners take for running. */
  final Set<Integer> startedStages = new HashSet<>();

  /** What the scheduler has not been told yet. */
  final Deque<SchedulerEvent> evicted = new ArrayDeque<>();

  final Map<BlockId, StoredBlock> blocks = new HashMap<>();
  final Map<ShuffleId, Map<Integer, Location>> outputs = new HashMap<>();
  private final Set<BlockId> names = new HashSet<>();
  private String launching = "";
  private final Set<BlockId.Rdd> computing = new HashSet<>();

  /** The executors that live, with their slots. */
  final Map<String, Integer> executors = new LinkedHashMap<>();

  /** Those that were killed, and that the scheduler takes for alive. */
  final Deque<String> killed = new ArrayDeque<>();

  /** Which executor has each file that was written. */
  private final Map<Location, String> owners = new HashMap<>();

  /** Files that went with their executors. */
  private final Set<Location> gone = new HashSet<>();

  private int lastExecutor;

  /** How likely things go wrong, from 0 to 1. */
  record Faults(double death, double user, double damage, double evict) {
    static final Faults NONE = new Faults(0, 0, 0, 0);
  }

  /** A launched attempt and the outcome that it will have. */
  record Running(TaskDescription task, String executor, TaskOutcome outcome) {}

  /** Something that a task reads is damaged or missing. */
  private static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient FailureReport report;

    Lost(BlockId.@Nullable Rdd block, BlockId.@Nullable ShuffleMap output) {
      this.report = new FailureReport(FailureKind.CORRUPT, "damaged", null, block, output);
    }
  }

  /** A block that a plan reads had made room before the task was dispatched. */
  private static final class Gone extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient BlockId.Rdd block;

    Gone(BlockId.Rdd block) {
      this.block = block;
    }
  }

  SimulatedCluster(Random random, Faults faults) {
    this.random = random;
    this.faults = faults;
  }

  /** Mixes a number into another. */
  static long mix(long value, long other) {
    long mixed = (value ^ (other * 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L;
    return mixed ^ (mixed >>> 31);
  }

  /** An executor comes; returns what the scheduler is to hear. */
  SchedulerEvent add(int slots) {
    String executor = "executor-" + ++lastExecutor;
    executors.put(executor, slots);
    return new SchedulerEvent.ExecutorAdded(executor, slots);
  }

  /** A random executor is killed. */
  void kill() {
    List<String> alive = List.copyOf(executors.keySet());
    String executor = alive.get(random.nextInt(alive.size()));
    executors.remove(executor);
    killed.add(executor);
    for (Location path : List.copyOf(files.keySet())) {
      if (executor.equals(owners.get(path))) {
        files.remove(path);
        gone.add(path);
      }
    }
  }

  /** The scheduler is about to hear of a killed executor; returns what ran there. */
  List<Running> forget(String executor) {
    assertThat(killed.remove(executor)).isTrue();
    List<Running> lost =
        running.values().stream().filter(each -> each.executor().equals(executor)).toList();
    for (Running each : lost) {
      running.remove(each.task().attempt().id());
      computing.removeAll(each.task().plan().caches().keySet());
    }
    return lost;
  }

  /** Returns the attempts that can end: they are on executors that live. */
  List<Long> alive() {
    return running.values().stream()
        .filter(each -> executors.containsKey(each.executor()))
        .map(each -> each.task().attempt().id())
        .toList();
  }

  /** A random running attempt ends. */
  Running next() {
    List<Long> attempts = alive();
    Running ended = running.remove(attempts.get(random.nextInt(attempts.size())));
    computing.removeAll(ended.task().plan().caches().keySet());
    return ended;
  }

  /** A random file is damaged. */
  void damage() {
    if (random.nextDouble() < faults.damage() && !files.isEmpty()) {
      List<Location> paths =
          files.keySet().stream().sorted(Comparator.comparing(Location::name)).toList();
      files.put(paths.get(random.nextInt(paths.size())), null);
    }
  }

  /** A random block makes room; the scheduler hears of it later, from {@link #evicted}. */
  void evict() {
    if (random.nextDouble() < faults.evict() && !blocks.isEmpty()) {
      List<BlockId> ids =
          blocks.keySet().stream().sorted(Comparator.comparing(BlockId::name)).toList();
      BlockId.Rdd id = (BlockId.Rdd) ids.get(random.nextInt(ids.size()));
      StoredBlock block = blocks.remove(id);
      files.remove(block.location());
      evicted.add(new SchedulerEvent.BlockLost(id, block.attempt()));
    }
  }

  @Override
  public void on(SchedulerAction.Launch action) {
    TaskDescription task = action.task();
    assertThat(running).doesNotContainKey(task.attempt().id());
    for (BlockId.Rdd block : task.plan().caches().keySet()) {
      assertThat(computing.add(block)).as("%s is computed once at a time", block).isTrue();
      assertThat(blocks).doesNotContainKey(block);
    }
    task.plan().closures().forEach(id -> assertThat(names).contains(new BlockId.Closure(id)));
    String executor = action.executor();
    long there = running.values().stream().filter(r -> r.executor().equals(executor)).count();
    if (executors.containsKey(executor)) {
      assertThat(there).isLessThan(executors.get(executor));
      running.put(task.attempt().id(), new Running(task, executor, run(task, executor)));
    } else {
      assertThat(killed).as("what was lost is not used").contains(executor);
      TaskOutcome never = new TaskOutcome.Killed(task.attempt(), "nobody will hear of it");
      running.put(task.attempt().id(), new Running(task, executor, never));
    }
  }

  private TaskOutcome run(TaskDescription task, String executor) {
    launching = executor;
    if (random.nextDouble() < faults.death()) {
      return new TaskOutcome.WorkerDied(task.attempt(), 5, "was killed by SIGKILL");
    }
    if (random.nextDouble() < faults.user()) {
      return new TaskOutcome.Failed(
          task.attempt(), new FailureReport(FailureKind.USER, "oops", null, null, null));
    }
    Map<BlockId, StoredBlock> made = new LinkedHashMap<>();
    try {
      long value = evaluate(task.plan().sink().source(), task, made);
      return new TaskOutcome.Succeeded(task.attempt(), report(task, value, made));
    } catch (Gone gone) {
      made.values().forEach(block -> files.remove(block.location()));
      return new TaskOutcome.BlockGone(task.attempt(), gone.block);
    } catch (Lost lost) {
      made.values().forEach(block -> files.remove(block.location()));
      return new TaskOutcome.Failed(task.attempt(), lost.report);
    }
  }

  private TaskReport report(TaskDescription task, long value, Map<BlockId, StoredBlock> made) {
    assertThat(made.keySet()).isEqualTo(task.plan().caches().keySet());
    List<StoredBlock> stored = new ArrayList<>();
    for (StoredBlock block : made.values()) {
      if (random.nextDouble() < faults.evict()) {
        files.remove(block.location()); // there is no room for it
      } else {
        stored.add(block);
      }
    }
    if (task.plan().sink() instanceof Sink.ShuffleWrite write) {
      long[] sections = new long[write.partitions()];
      int[] checksums = new int[write.partitions()];
      Arrays.setAll(sections, i -> mix(value, i));
      Arrays.setAll(checksums, i -> (int) sections[i]);
      Location.File path = create(write.block(), task, sections);
      return new TaskReport(
          null,
          new OutputFile(path, 1, 1),
          new ShuffleReport(sections, sections, checksums),
          stored,
          1,
          List.of(new AccumulatorUpdate(Language.PYTHON, new byte[] {1}, null)),
          Map.of());
    }
    byte[] bytes = ByteBuffer.allocate(8).putLong(value).array();
    boolean inline = random.nextBoolean();
    OutputFile file =
        inline
            ? null
            : new OutputFile(create(task.plan().output(), task, new long[] {value}), 8, 1);
    return new TaskReport(
        inline ? bytes : null,
        file,
        null,
        stored,
        1,
        List.of(new AccumulatorUpdate(Language.PYTHON, new byte[] {2}, null)),
        Map.of());
  }

  private Location.File create(BlockId id, TaskDescription task, long[] values) {
    Location.File path = new Location.DiskFile("x", "/" + id.name() + "." + task.attempt().id());
    assertThat(files.put(path, values)).isNull();
    owners.put(path, launching);
    return path;
  }

  private long evaluate(Source source, TaskDescription task, Map<BlockId, StoredBlock> made) {
    if (source instanceof Source.Range range) {
      return mix(Long.parseLong(range.start()), range.count());
    }
    if (source instanceof Source.Empty) {
      return 0;
    }
    if (source instanceof Source.Pipeline pipeline) {
      assertThat(task.plan().closures()).contains(pipeline.closure());
      return mix(evaluate(pipeline.source(), task, made), pipeline.closure().number());
    }
    if (source instanceof Source.Chain chain) {
      long value = 0;
      for (Source part : chain.sources()) {
        value += evaluate(part, task, made);
      }
      return value;
    }
    if (source instanceof Source.Cached cached) {
      StoredBlock before = made.get(cached.block());
      if (before != null) {
        return read(before, cached.block());
      }
      long value = evaluate(cached.source(), task, made);
      Location.File path = create(cached.block(), task, new long[] {value});
      made.put(cached.block(), new StoredBlock(cached.block(), path, 1, 1, task.attempt().id()));
      return value;
    }
    if (source instanceof Source.Block block) {
      assertThat(task.plan().reads()).contains(block.block());
      StoredBlock stored = blocks.get(block.block());
      if (stored == null) {
        assertThat(faults.evict()).as("a block that is read exists").isPositive();
        throw new Gone(block.block());
      }
      assertThat(stored.attempt()).isEqualTo(block.attempt());
      return read(stored, block.block());
    }
    Source.ShuffleRead read = (Source.ShuffleRead) source;
    assertThat(read.how()).isInstanceOf(ReadMode.Plain.class);
    assertThat(task.plan().reads()).contains(new BlockId.Shuffle(read.shuffle()));
    return readShuffle(read);
  }

  private long read(StoredBlock stored, BlockId.Rdd id) {
    long[] values = files.get(stored.location());
    if (values == null) {
      throw new Lost(id, null);
    }
    return values[0];
  }

  private long readShuffle(Source.ShuffleRead read) {
    long value = 0;
    for (Map.Entry<Integer, Location> output : outputs.get(read.shuffle()).entrySet()) {
      long[] sections = files.get(output.getValue());
      if (sections == null) {
        throw new Lost(null, new BlockId.ShuffleMap(read.shuffle(), output.getKey()));
      }
      value += mix(sections[read.partition()], output.getKey());
    }
    return value;
  }

  @Override
  public void on(SchedulerAction.Kill action) {
    Running killed = running.get(action.attempt());
    assertThat(killed).isNotNull();
    assertThat(killed.executor()).isEqualTo(action.executor());
    if (random.nextInt(4) > 0) { // else it had answered before
      if (killed.outcome() instanceof TaskOutcome.Succeeded succeeded) {
        TaskReport report = succeeded.report();
        report.blocks().forEach(block -> files.remove(block.location()));
        if (report.output() != null) {
          files.remove(report.output().location());
        }
      }
      running.put(
          action.attempt(),
          new Running(
              killed.task(),
              killed.executor(),
              new TaskOutcome.Killed(killed.task().attempt(), action.reason())));
    }
  }

  @Override
  public void on(SchedulerAction.Met action) {
    assertThat(running).containsKey(action.call().attempt().id());
  }

  @Override
  public void on(SchedulerAction.EndJob action) {
    assertThat(results.put(action.job(), action.result())).isNull();
    assertThat(running.values())
        .noneMatch(
            r ->
                r.task().plan().output() instanceof BlockId.Result result
                    && result.job() == action.job());
  }

  @Override
  public void on(SchedulerAction.RegisterFile action) {
    names.add(action.id());
  }

  @Override
  public void on(SchedulerAction.ForgetFile action) {
    assertThat(names.remove(action.id())).isTrue();
  }

  @Override
  public void on(SchedulerAction.RegisterMapOutput action) {
    Map<Integer, Location> paths = outputs.computeIfAbsent(action.shuffle(), s -> new HashMap<>());
    assertThat(paths.put(action.map(), action.file().location())).isNull();
  }

  @Override
  public void on(SchedulerAction.UnregisterMapOutput action) {
    files.remove(outputs.get(action.shuffle()).remove(action.map()));
  }

  @Override
  public void on(SchedulerAction.RemoveShuffle action) {
    Map<Integer, Location> removed = outputs.remove(action.shuffle());
    if (removed != null) {
      removed.values().forEach(files::remove);
    }
  }

  @Override
  public void on(SchedulerAction.RegisterBlock action) {
    assertThat(blocks.put(action.block().id(), action.block())).isNull();
  }

  @Override
  public void on(SchedulerAction.RemoveBlock action) {
    StoredBlock block = blocks.remove(action.block());
    if (block == null) {
      assertThat(faults.evict()).as("a block that goes was there").isPositive();
    } else {
      files.remove(block.location());
    }
  }

  @Override
  public void on(SchedulerAction.Answer action) {
    action.answer().run();
  }

  @Override
  public void on(SchedulerAction.ReleaseExecutor action) {
    // what it had went with it
  }

  @Override
  public void on(SchedulerAction.AttemptEnded action) {
    // nobody listens
  }

  @Override
  public void on(SchedulerAction.ReportFault action) {
    throw new AssertionError(action.message(), action.cause());
  }

  @Override
  public void on(SchedulerAction.StageStarted action) {
    assertThat(startedStages.add(action.stage())).as("started once: %s", action).isTrue();
  }

  @Override
  public void on(SchedulerAction.StageEnded action) {
    assertThat(startedStages.remove(action.stage())).as("ended once: %s", action).isTrue();
  }

  @Override
  public void on(SchedulerAction.DeleteFile action) {
    if (!gone.remove(action.location())) {
      assertThat(files).containsKey(action.location());
      files.remove(action.location());
    }
  }
}
