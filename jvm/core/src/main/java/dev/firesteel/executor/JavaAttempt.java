package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.id.Location;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.interpreter.Closure;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.interpreter.PlanRunner;
import dev.firesteel.interpreter.ShuffleOutput;
import dev.firesteel.interpreter.Step;
import dev.firesteel.interpreter.TaskEnvironment;
import dev.firesteel.interpreter.TaskOutput;
import dev.firesteel.interpreter.external.Workspace;
import dev.firesteel.lineage.Language;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import dev.firesteel.worker.WorkerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one attempt whose functions are in Java: the whole plan, its outermost half, or
 * halves that Python reads. They are one task to their functions, which begins when the first part
 * does. For the attempt's thread, which it makes interruptible until it is closed.
 */
final class JavaAttempt implements AutoCloseable {
  private final JavaTasks tasks;
  private final RunningTask running;
  private final TaskNames names;
  private final Path scratch;
  private final List<PlanRunner.Opened> halves = new ArrayList<>();
  private TaskEnvironment.@Nullable Crossings crossings;
  private @Nullable JavaTask task;
  private @Nullable ClassLoader before;

  JavaAttempt(JavaTasks tasks, RunningTask running, TaskNames names, Path scratch) {
    this.tasks = requireNonNull(tasks, "tasks is null");
    this.running = requireNonNull(running, "running is null");
    this.names = requireNonNull(names, "names is null");
    this.scratch = requireNonNull(scratch, "scratch is null");
  }

  /** Says who opens what Python makes; before anything is run. */
  void crossings(TaskEnvironment.Crossings opener) {
    crossings = requireNonNull(opener, "opener is null");
  }

  private JavaTask task() {
    JavaTask begun = task;
    if (begun != null) {
      return begun;
    }
    ClassLoader loader = tasks.loader();
    TaskAttempt attempt = running.attempt();
    begun = new JavaTask(tasks.identity(attempt), running.task.properties(), environment(loader));
    tasks.share(begun, loader);
    if (!running.runs(begun)) {
      throw new AttemptEndedException(
          new TaskOutcome.Killed(attempt, String.valueOf(running.killed())));
    }
    before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(loader);
    task = begun;
    begun.begin();
    Workspace workspace =
        new Workspace(tasks.memory().begin(), scratch, loader, attempt.id(), begun::check);
    begun.workspace(workspace);
    begun.onEnd(workspace::close);
    return begun;
  }

  private TaskEnvironment environment(ClassLoader loader) {
    return new TaskEnvironment(
        names.locations(),
        names.space(),
        names::extend,
        scratch,
        tasks.inlineBytes(),
        loader,
        tasks.formats(),
        requireNonNull(crossings, "crossings is null"));
  }

  /** Runs a plan whose outermost half is in Java. */
  TaskOutput run(Sink plan) {
    return PlanRunner.run(task(), plan);
  }

  /** A half that Python reads. */
  Crossings.Opened open(Source source) {
    PlanRunner.Opened opened = PlanRunner.open(task(), source);
    halves.add(opened);
    return new Crossings.Opened(opened.records(), () -> site(source));
  }

  /** The operation that makes the records of a half, for errors; null if it is not known. */
  private @Nullable String site(Source source) {
    if (!(source instanceof Source.Pipeline pipeline)) {
      return null;
    }
    List<Step> steps = task().closure(pipeline.closure(), Closure.class).steps();
    return steps.isEmpty() ? null : steps.get(steps.size() - 1).site();
  }

  /**
   * What the halves that Python has read did, and what all parts together have added and measured:
   * once for the task, and when all have ended. Nothing if no part is in Java.
   */
  List<TaskReport> reports() throws IOException {
    JavaTask begun = task;
    if (begun == null) {
      return List.of();
    }
    List<StoredBlock> blocks = new ArrayList<>();
    for (PlanRunner.Opened half : halves) {
      blocks.addAll(blocks(half.output()));
    }
    return List.of(new TaskReport(null, null, null, blocks, 0, updates(begun), metrics(begun)));
  }

  /** What a plan wrote that was run to its end; what it has added is in {@link #reports}. */
  TaskReport report(TaskOutput output) {
    TaskOutput.File file = output.file();
    ShuffleOutput shuffle = output.shuffle();
    return new TaskReport(
        output.result(),
        file == null
            ? null
            : new OutputFile(names.written(file.path()), file.bytes(), file.records()),
        shuffle == null
            ? null
            : new ShuffleReport(shuffle.lengths(), shuffle.records(), shuffle.checksums()),
        blocks(output),
        output.records(),
        List.of(),
        Map.of());
  }

  private List<StoredBlock> blocks(TaskOutput output) {
    List<StoredBlock> blocks = new ArrayList<>();
    for (TaskOutput.Block block : output.blocks()) {
      blocks.add(
          new StoredBlock(
              block.id(), location(block), block.bytes(), block.records(), running.attempt().id()));
    }
    return blocks;
  }

  private Location location(TaskOutput.Block block) {
    Path file = block.file();
    return file == null
        ? requireNonNull(names.locations().get(block.id().name()), "the plan names it")
        : names.written(file);
  }

  private static Map<String, Long> metrics(JavaTask begun) {
    begun.spilled(begun.workspace().spilled());
    return begun.metrics();
  }

  /** The updates of accumulators: one serialized list, if there are any. */
  private static List<AccumulatorUpdate> updates(JavaTask begun) throws IOException {
    ArrayList<Object> updates = new ArrayList<>(begun.accumulated());
    if (updates.isEmpty()) {
      return List.of();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(updates);
    }
    return List.of(new AccumulatorUpdate(Language.JAVA, bytes.toByteArray(), null));
  }

  /**
   * Does something that an interrupt must not disturb, since the channels that it writes to are not
   * this attempt's alone: Java closes the channel of an interrupted write.
   */
  <T> T uninterrupted(JavaTask.Undisturbed<T, WorkerException> action)
      throws WorkerException, InterruptedException {
    JavaTask begun = task;
    return begun == null ? action.call() : begun.undisturbed(action);
  }

  /** The task ends: its functions are closed, and its thread is its own again. */
  @Override
  public void close() throws IOException {
    JavaTask begun = task;
    if (begun != null) {
      task = null;
      try {
        begun.end();
      } finally {
        Thread.currentThread().setContextClassLoader(before);
      }
    }
  }
}
