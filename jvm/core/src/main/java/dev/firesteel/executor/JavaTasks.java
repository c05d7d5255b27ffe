package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.interpreter.CorruptTableException;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.interpreter.PlanRunner;
import dev.firesteel.interpreter.Room;
import dev.firesteel.interpreter.ShuffleOutput;
import dev.firesteel.interpreter.TaskEnvironment;
import dev.firesteel.interpreter.TaskOutput;
import dev.firesteel.interpreter.external.Workspace;
import dev.firesteel.lineage.Language;
import dev.firesteel.memory.HeapMemory;
import dev.firesteel.storage.StoredBlock;
import dev.firesteel.util.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the tasks whose functions are in Java, each on the thread that calls. Thread-safe. */
final class JavaTasks {
  private static final Log LOG = Log.of("executor");

  private final ExecutorSettings settings;
  private final JavaSettings java;
  private final TaskFiles.Stores stores;
  private final JavaBroadcasts broadcasts = new JavaBroadcasts();

  // Guarded by this.
  private @Nullable HeapMemory memory;

  JavaTasks(ExecutorSettings settings, JavaSettings java, TaskFiles.Stores stores) {
    this.settings = requireNonNull(settings, "settings is null");
    this.java = requireNonNull(java, "java is null");
    this.stores = requireNonNull(stores, "stores is null");
    stores.driver().listen(broadcasts::released);
  }

  private synchronized HeapMemory memory() {
    HeapMemory shared = memory;
    if (shared == null) {
      shared = java.memory().get();
      memory = shared;
    }
    return shared;
  }

  /** Runs an attempt to its end, whatever that is. */
  TaskOutcome run(RunningTask running, TaskFiles files, Path scratch) {
    TaskAttempt attempt = running.attempt();
    ClassLoader loader = java.loader().get();
    JavaTask task =
        new JavaTask(
            identity(attempt), running.task.properties(), environment(files, scratch, loader));
    task.objects(stores.blocks().objects());
    task.broadcasts(id -> broadcasts.value(id, task.environment().file(id.name()), loader));
    if (!running.runs(task)) {
      return killed(running);
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    task.begin();
    try {
      thread.setContextClassLoader(loader);
      return carriedOut(running, task, scratch, loader);
    } catch (Throwable e) {
      if (running.killed() != null) {
        return killed(running);
      }
      return failed(attempt, e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private TaskOutcome carriedOut(
      RunningTask running, JavaTask task, Path scratch, ClassLoader loader) throws IOException {
    TaskReport report;
    try (Ending ending = task::end) {
      requireNonNull(ending, "ending is null");
      Workspace workspace =
          new Workspace(memory().begin(), scratch, loader, running.attempt().id(), task::check);
      task.workspace(workspace);
      task.onEnd(workspace::close);
      TaskOutput output = PlanRunner.run(task, running.task.plan());
      task.spilled(workspace.spilled());
      report = report(output, task, running.attempt());
    }
    return running.killed() == null
        ? new TaskOutcome.Succeeded(running.attempt(), report)
        : killed(running);
  }

  /** What is done at the end of a task, however it ends. */
  private interface Ending extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private static TaskOutcome killed(RunningTask running) {
    return new TaskOutcome.Killed(running.attempt(), String.valueOf(running.killed()));
  }

  private TaskOutcome failed(TaskAttempt attempt, Throwable e) {
    if (e instanceof CorruptTableException damage) {
      stores.outputs().tableLost(damage.shuffle());
    }
    FailureReport report = JavaFailures.report(e);
    if (report.kind() == FailureKind.INTERNAL) {
      LOG.error(attempt + " failed in the executor", e);
    }
    return new TaskOutcome.Failed(attempt, report);
  }

  private JavaTask.Identity identity(TaskAttempt attempt) {
    return new JavaTask.Identity(
        attempt.id(),
        attempt.job(),
        attempt.stage(),
        attempt.stageAttempt(),
        attempt.partition(),
        attempt.attempt(),
        settings.cpus());
  }

  private TaskEnvironment environment(TaskFiles files, Path scratch, ClassLoader loader) {
    return new TaskEnvironment(
        files.paths(),
        files.space(),
        (name, wish, least) -> {
          TaskFiles.Grant grant = files.extend(name, wish, least);
          return new Room.Grant(grant.bytes(), grant.path());
        },
        scratch,
        settings.inlineBytes(),
        loader,
        crossing -> {
          throw new IllegalStateException("no half of a plan is in another language here");
        });
  }

  private static TaskReport report(TaskOutput output, JavaTask task, TaskAttempt attempt)
      throws IOException {
    List<StoredBlock> blocks = new ArrayList<>();
    for (TaskOutput.Block block : output.blocks()) {
      blocks.add(
          new StoredBlock(block.id(), block.path(), block.bytes(), block.records(), attempt.id()));
    }
    TaskOutput.File file = output.file();
    ShuffleOutput shuffle = output.shuffle();
    return new TaskReport(
        output.result(),
        file == null ? null : new OutputFile(file.path(), file.bytes(), file.records()),
        shuffle == null
            ? null
            : new ShuffleReport(shuffle.lengths(), shuffle.records(), shuffle.checksums()),
        blocks,
        output.records(),
        updates(task),
        task.metrics());
  }

  /** The updates of accumulators, as one serialized list. */
  private static List<AccumulatorUpdate> updates(JavaTask task) throws IOException {
    ArrayList<Object> updates = new ArrayList<>(task.accumulated());
    if (updates.isEmpty()) {
      return List.of();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(updates);
    }
    return List.of(new AccumulatorUpdate(Language.JAVA, bytes.toByteArray(), null));
  }
}
