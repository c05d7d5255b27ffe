package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.interpreter.external.Workspace;
import dev.firesteel.records.TaskFault;
import dev.firesteel.records.UnreadableException;
import dev.firesteel.storage.ObjectStore;
import dev.firesteel.util.Closer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task attempt whose functions are in Java, as its functions and the interpreter see it.
 *
 * <p>Everything but {@link #kill} is for the thread that runs the task. A task is killed by a flag,
 * which every iterator of the interpreter looks at, and by interrupting the thread.
 */
public final class JavaTask {
  private static final ThreadLocal<JavaTask> CURRENT = new ThreadLocal<>();

  private final Identity identity;
  private final Map<String, String> properties;
  private final TaskEnvironment environment;
  private final Closer closer = new Closer();

  private volatile @Nullable String killed;

  // Guarded by this.
  private @Nullable Thread runner;

  private final List<TaskAccumulator> accumulated = new ArrayList<>();
  private Broadcasts broadcasts =
      id -> {
        throw new IllegalStateException(id + ": this task has no broadcasts");
      };

  private @Nullable Workspace workspace;
  private @Nullable ObjectStore objects;
  private @Nullable TaskFault fault;
  private long recordsRead;
  private long bytesRead;
  private long spilled;

  /**
   * Which attempt it is.
   *
   * @param id unique in the application; seeds checksums, never 0
   * @param job the job on whose behalf it runs
   * @param stage the stage
   * @param stageAttempt how often the stage had been started before
   * @param partition the partition of the stage
   * @param attempt how often this task had been tried before
   * @param cpus processors that it may use
   */
  public record Identity(
      long id, long job, int stage, int stageAttempt, int partition, int attempt, int cpus) {}

  /**
   * A task that has not begun.
   *
   * @param properties the job's local properties
   */
  public JavaTask(Identity identity, Map<String, String> properties, TaskEnvironment environment) {
    this.identity = requireNonNull(identity, "identity is null");
    this.properties = Map.copyOf(properties);
    this.environment = requireNonNull(environment, "environment is null");
  }

  /** The task that the calling thread runs, or null when it runs none. */
  public static @Nullable JavaTask current() {
    return CURRENT.get();
  }

  public Identity identity() {
    return identity;
  }

  /** The job's local properties. */
  public Map<String, String> properties() {
    return properties;
  }

  /** What the executor has given it. */
  public TaskEnvironment environment() {
    return environment;
  }

  /**
   * Deserializes a closure of its plan, afresh each time.
   *
   * @throws UnreadableException if a class of it is not there, or it is of another type
   */
  public <T> T closure(ClosureId id, Class<T> type) {
    Path path = environment.file(id.name());
    try {
      byte[] serialized = ClosureFile.read(path, id.name());
      return ClosureFile.deserialize(serialized, type, environment.loader());
    } catch (IOException | ClassNotFoundException | LinkageError e) {
      throw new UnreadableException("the functions of " + id.name() + " can't be read: " + e, e);
    }
  }

  /** Has something closed when the task ends, however it does: what came last is closed first. */
  public <T extends Closeable> T onEnd(T resource) {
    return closer.add(resource);
  }

  /** Notes a fault that a function of the user's must not make undone by catching it. */
  void failed(TaskFault thrown) {
    if (fault == null) {
      fault = thrown;
    }
  }

  /**
   * Goes on unless something has failed that a function of the user's has caught.
   *
   * @throws TaskFault what has failed
   */
  void requireSound() {
    TaskFault found = fault;
    if (found != null) {
      throw found;
    }
    check();
  }

  /** The calling thread runs the task from now on. */
  public void begin() {
    synchronized (this) {
      runner = Thread.currentThread();
    }
    CURRENT.set(this);
  }

  /**
   * The calling thread has done with the task: what it opened is closed, and it is not interrupted
   * any more.
   */
  public void end() throws IOException {
    try {
      closer.close();
    } finally {
      CURRENT.remove();
      synchronized (this) {
        runner = null;
        Thread.interrupted(); // one that was meant for this task must not meet the next
      }
    }
  }

  /** Something that an interrupt must not disturb. */
  @FunctionalInterface
  public interface Undisturbed<T, E extends Exception> {
    T call() throws E, InterruptedException;
  }

  /**
   * Does something that an interrupt must not disturb. If the task is killed meanwhile, its thread
   * is interrupted afterwards.
   */
  public <T, E extends Exception> T undisturbed(Undisturbed<T, E> action)
      throws E, InterruptedException {
    Thread thread;
    synchronized (this) {
      thread = runner;
      runner = null;
      Thread.interrupted(); // the flag says so, too
    }
    try {
      return action.call();
    } finally {
      synchronized (this) {
        runner = thread;
        if (killed != null && thread != null) {
          thread.interrupt();
        }
      }
    }
  }

  /** Ends the task from outside. May be called by any thread, at any time. */
  public void kill(String reason) {
    synchronized (this) {
      if (killed == null) {
        killed = requireNonNull(reason, "reason is null");
      }
      if (runner != null) {
        runner.interrupt();
      }
    }
  }

  /** Why it was killed, or null if it was not. */
  public @Nullable String killed() {
    return killed;
  }

  /**
   * Goes on unless the task has been killed. Cheap enough for every record.
   *
   * @throws TaskKilledException if it has
   */
  public void check() {
    String reason = killed;
    if (reason != null) {
      throw new TaskKilledException(reason);
    }
  }

  /** Finds the values of broadcasts. May be called by any thread of a task. */
  @FunctionalInterface
  public interface Broadcasts {
    /**
     * Returns a value, which all tasks of this JVM share.
     *
     * @throws IOException if its file can't be read
     * @throws ClassNotFoundException if a class of it is not there
     */
    Object value(BroadcastId id) throws IOException, ClassNotFoundException;
  }

  /** Says where the values of broadcasts are found; before the task begins. */
  public void broadcasts(Broadcasts source) {
    broadcasts = requireNonNull(source, "source is null");
  }

  /**
   * Returns the value of a broadcast. May be called by any thread of the task.
   *
   * @throws IOException if its file can't be read
   * @throws ClassNotFoundException if a class of it is not there
   */
  public Object broadcast(BroadcastId id) throws IOException, ClassNotFoundException {
    return broadcasts.value(id);
  }

  /** An accumulator has come with a closure: what it holds at the task's end is reported. */
  public void accumulate(TaskAccumulator accumulator) {
    accumulated.add(requireNonNull(accumulator, "accumulator is null"));
  }

  /** The accumulators of the task's functions that are not zero. */
  public List<TaskAccumulator> accumulated() {
    return accumulated.stream().filter(each -> !each.isZero()).toList();
  }

  /** Says where the blocks are that are kept as objects; before the task begins. */
  public void objects(ObjectStore store) {
    objects = requireNonNull(store, "store is null");
  }

  /** The blocks that are kept as objects. */
  ObjectStore objects() {
    return requireNonNull(objects, "this task has no objects");
  }

  /** Says where the task's operators work; before the task begins. */
  public void workspace(Workspace space) {
    workspace = requireNonNull(space, "space is null");
  }

  /** Where the task's operators work, and what memory they have. */
  public Workspace workspace() {
    return requireNonNull(workspace, "this task has no workspace");
  }

  /** Counts what has been read from a source. */
  public void read(long records, long bytes) {
    recordsRead += records;
    bytesRead += bytes;
  }

  /** Counts bytes that had no room in memory. */
  public void spilled(long bytes) {
    spilled += bytes;
  }

  /** What has been measured, by the names that reports use. */
  public Map<String, Long> metrics() {
    return Map.of("records_read", recordsRead, "bytes_read", bytesRead, "spilled", spilled);
  }
}
