package dev.firesteel.executor.local;

import static java.util.Objects.requireNonNull;

import dev.firesteel.executor.Executor;
import dev.firesteel.executor.ExecutorSettings;
import dev.firesteel.executor.JavaSettings;
import dev.firesteel.executor.JavaTasks;
import dev.firesteel.executor.PlanRun;
import dev.firesteel.executor.RunningTask;
import dev.firesteel.executor.TaskFrames;
import dev.firesteel.id.BlockId;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.storage.MemoryTier;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import dev.firesteel.util.Threads;
import dev.firesteel.worker.FrameType;
import dev.firesteel.worker.Worker;
import dev.firesteel.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The executor inside the driver's JVM: a thread for each running task, which resolves the names of
 * its plan, hands it to a worker, and waits for the answer.
 *
 * <p>{@link #launch} and {@link #kill} only enqueue, so the scheduler may call them on its own
 * thread. A task is killed by killing its workers' processes, which always works.
 */
public final class LocalExecutor implements Executor {
  private static final Log LOG = Log.of("executor");

  private final String id;
  private final TaskFiles.Stores stores;
  private final PlanRun.Runners runners;
  private final ThreadPoolExecutor threads;
  private final ExecutorService signals;
  private final Map<Long, RunningTask> running = new ConcurrentHashMap<>();
  private final Deque<Path> freeScratch = new ArrayDeque<>();

  /** An executor that uses these workers and stores; it closes none of them. */
  public LocalExecutor(
      String id,
      ExecutorSettings settings,
      WorkerPool workers,
      BlockManager blocks,
      MapOutputTracker outputs,
      DriverFiles driverFiles,
      AppDirectories directories,
      MemoryTier memory,
      JavaSettings java)
      throws IOException {
    this.id = requireNonNull(id, "id is null");
    this.stores =
        new TaskFiles.Stores(id, blocks, outputs, driverFiles, directories.tiers(), memory);
    JavaTasks javaTasks = new JavaTasks(settings, java, blocks.objects());
    driverFiles.listen(javaTasks::released);
    this.runners = new PlanRun.Runners(workers, javaTasks, settings);
    this.threads =
        new ThreadPoolExecutor(
            settings.slots(),
            settings.slots(),
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Threads.factory("task-runner"));
    this.signals =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Threads.factory("task-signals"));
    for (int slot = settings.slots() - 1; slot >= 0; slot--) {
      Path scratch =
          directories.disks().get(slot % directories.disks().size()).resolve("scratch-" + slot);
      makeScratch(scratch);
      freeScratch.push(scratch);
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public int slots() {
    return runners.settings().slots();
  }

  @Override
  public void onLost(Consumer<String> lost) {
    // It goes with the JVM, and so with the scheduler that would have to know.
  }

  @Override
  public void launch(TaskDescription task, Consumer<TaskOutcome> done, Consumer<BarrierCall> meet) {
    requireNonNull(done, "done is null");
    requireNonNull(meet, "meet is null");
    // Now, and not when a thread takes it up: what has been dispatched must not make room.
    List<BlockManager.Pin> pins = new ArrayList<>();
    Optional<BlockId.Rdd> gone = TaskFiles.pin(task, stores.blocks(), pins);
    if (gone.isPresent()) {
      done.accept(new TaskOutcome.BlockGone(task.attempt(), gone.get()));
      return;
    }
    RunningTask launched = new RunningTask(task, meet);
    if (running.putIfAbsent(task.attempt().id(), launched) != null) {
      throw new IllegalStateException(task.attempt() + " has been launched before");
    }
    try {
      threads.execute(() -> finish(launched, pins, done));
    } catch (RejectedExecutionException e) {
      running.remove(task.attempt().id());
      pins.forEach(BlockManager.Pin::close);
      done.accept(new TaskOutcome.LaunchFailed(task.attempt(), "The executor has been stopped"));
    }
  }

  @Override
  public void kill(long attemptId, String reason) {
    RunningTask task = running.get(attemptId);
    if (task == null) {
      return;
    }
    List<Worker> talking = task.kill(requireNonNull(reason, "reason is null"));
    JavaTask java = task.java();
    if (java != null) {
      java.kill(reason);
    }
    if (!talking.isEmpty()) {
      try {
        signals.execute(() -> talking.forEach(runners.workers()::kill));
      } catch (RejectedExecutionException e) {
        LOG.debug("The workers of " + task.attempt() + " end with the executor");
      }
    }
  }

  @Override
  public void met(BarrierCall call, List<String> messages) {
    RunningTask task = running.get(call.attempt().id());
    Worker worker = task == null ? null : task.meeting();
    if (worker == null) {
      return;
    }
    try {
      signals.execute(() -> tellMet(worker, call.round(), messages));
    } catch (RejectedExecutionException e) {
      LOG.debug("Worker " + worker.pid() + " ends with the executor");
    }
  }

  private static void tellMet(Worker worker, int round, List<String> messages) {
    try {
      worker.send(FrameType.MET, TaskFrames.met(round, messages));
    } catch (IOException e) {
      LOG.debug("Worker " + worker.pid() + " is gone: " + e); // its task's thread sees that too
    }
  }

  private void finish(
      RunningTask running, List<BlockManager.Pin> pins, Consumer<TaskOutcome> done) {
    TaskOutcome outcome;
    try {
      outcome = run(running, pins);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      outcome = new TaskOutcome.Killed(running.attempt(), "The executor was stopped");
    } catch (IOException | RuntimeException | Error e) {
      if (e instanceof IOException) {
        LOG.info(running.attempt() + " could not be run: " + e); // the job's error tells it
      } else {
        LOG.error(running.attempt() + " failed in the executor", e);
      }
      outcome =
          new TaskOutcome.LaunchFailed(running.attempt(), "The executor could not run it: " + e);
    }
    this.running.remove(running.attempt().id());
    done.accept(outcome);
  }

  private TaskOutcome run(RunningTask running, List<BlockManager.Pin> pins)
      throws IOException, InterruptedException {
    Path scratch = takeScratch();
    boolean succeeded = false;
    try (TaskFiles files = TaskFiles.resolve(running.task(), pins, stores)) {
      try {
        TaskOutcome outcome = new PlanRun(running, files, scratch, runners).run();
        if (outcome instanceof TaskOutcome.Succeeded done) {
          files.settle(done.report());
          succeeded = true;
        }
        return outcome;
      } finally {
        if (!succeeded) {
          files.removeWritten();
        }
      }
    } catch (TaskFiles.MissingException e) {
      return new TaskOutcome.Failed(running.attempt(), e.failure());
    } finally {
      giveScratch(scratch, succeeded);
    }
  }

  private Path takeScratch() {
    synchronized (freeScratch) {
      return freeScratch.pop(); // there are as many as threads
    }
  }

  private void giveScratch(Path scratch, boolean clean) {
    if (!clean) {
      try {
        FileTrees.delete(scratch);
        makeScratch(scratch);
      } catch (IOException e) {
        LOG.warn("The spill files of a failed task in " + scratch + " can't be removed: " + e);
      }
    }
    synchronized (freeScratch) {
      freeScratch.push(scratch);
    }
  }

  private static void makeScratch(Path scratch) throws IOException {
    try {
      FileTrees.createDirectory(scratch);
    } catch (FileAlreadyExistsException e) {
      throw new IOException("The scratch directory " + scratch + " is in use", e);
    }
  }

  /** Ends every running task; their outcomes are Killed. Idempotent. */
  @Override
  public void close() {
    for (long attempt : running.keySet()) {
      kill(attempt, "The executor was stopped");
    }
    threads.shutdown();
    signals.shutdown();
    try {
      if (!threads.awaitTermination(3, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
