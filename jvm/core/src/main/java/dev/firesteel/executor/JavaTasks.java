package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.input.InputFormats;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.memory.HeapMemory;
import dev.firesteel.storage.ObjectStore;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.util.Log;
import org.jspecify.annotations.Nullable;

/** What the tasks whose functions are in Java have in common. Thread-safe. */
public final class JavaTasks {
  private static final Log LOG = Log.of("executor");

  private final ExecutorSettings settings;
  private final JavaSettings java;
  private final ObjectStore objects;
  private final JavaBroadcasts broadcasts = new JavaBroadcasts();

  // Guarded by this.
  private @Nullable HeapMemory memory;

  /**
   * Tasks that share blocks of objects, and the values of broadcasts.
   *
   * @param objects the blocks that are kept as objects
   */
  public JavaTasks(ExecutorSettings settings, JavaSettings java, ObjectStore objects) {
    this.settings = requireNonNull(settings, "settings is null");
    this.java = requireNonNull(java, "java is null");
    this.objects = requireNonNull(objects, "objects is null");
  }

  /** The driver has released something: the value of a broadcast need not be held any more. */
  public void released(BlockId id) {
    broadcasts.released(id);
  }

  /** The heap that tasks and cached objects share. */
  synchronized HeapMemory memory() {
    HeapMemory shared = memory;
    if (shared == null) {
      shared = java.memory().get();
      memory = shared;
    }
    return shared;
  }

  /** Gives a task the heap's blocks and the broadcasts. */
  void share(JavaTask task, ClassLoader loader) {
    task.objects(objects);
    task.broadcasts(id -> broadcasts.value(id, task.environment().file(id.name()), loader));
  }

  /** Where the application's classes are found now. */
  ClassLoader loader() {
    return java.loader().get();
  }

  /** The formats of inputs. */
  InputFormats formats() {
    return java.formats();
  }

  /** How large a result may be that travels in the report. */
  long inlineBytes() {
    return settings.inlineBytes();
  }

  /** How an attempt ends in which something was thrown. */
  static TaskOutcome failed(TaskAttempt attempt, Throwable e) {
    if (e instanceof AttemptEndedException ended) {
      return ended.outcome();
    }
    FailureReport report = JavaFailures.report(e);
    if (report.kind() == FailureKind.INTERNAL) {
      LOG.error(attempt + " failed in the executor", e);
    }
    return new TaskOutcome.Failed(attempt, report);
  }

  /** The attempt, as its functions know it. */
  JavaTask.Identity identity(TaskAttempt attempt) {
    return new JavaTask.Identity(
        attempt.id(),
        attempt.job(),
        attempt.stage(),
        attempt.stageAttempt(),
        attempt.partition(),
        attempt.attempt(),
        settings.cpus());
  }
}
