package dev.firesteel.api;

import dev.firesteel.engine.EngineListener;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.util.Log;
import dev.firesteel.util.Threads;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners what the engine does. The engine's threads put events into a queue; the thread
 * {@code firesteel-listeners}, which is started with the first listener, calls the listeners. When
 * they are too slow, events are dropped, and the log says how many.
 */
final class ListenerBus implements EngineListener {
  private static final Log LOG = Log.of("listeners");
  private static final int MOST_WAITING = 100_000;
  private static final long END_MILLIS = 5_000;
  private static final String GROUP = "spark.jobGroup.id";

  private final List<FiresteelListener> listeners = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Consumer<FiresteelListener>> queue =
      new LinkedBlockingQueue<>(MOST_WAITING);
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean ended;
  private volatile @Nullable Thread thread;

  /** Adds a listener; the caller registers this with the engine when it is the first. */
  boolean add(FiresteelListener listener) {
    listeners.add(listener);
    if (!started.compareAndSet(false, true)) {
      return false;
    }
    thread = Threads.start("firesteel-listeners", this::run);
    return true;
  }

  void remove(FiresteelListener listener) {
    listeners.remove(listener);
  }

  /** Tells what has happened until now, and then nothing more. */
  void close() {
    Thread running = thread;
    if (running == null) {
      return;
    }
    ended = true;
    // Wakes the thread, if it waits.
    if (!queue.offer(listener -> {})) {
      LOG.debug("The queue of events is full, so its thread does not wait");
    }
    if (running != Thread.currentThread()) {
      try {
        running.join(END_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (running.isAlive() && running != Thread.currentThread()) {
      LOG.warn("A listener takes long; the " + queue.size() + " events after it are dropped");
      running.interrupt();
    }
  }

  private void run() {
    try {
      while (!ended || !queue.isEmpty()) {
        Consumer<FiresteelListener> event = queue.take();
        for (FiresteelListener listener : listeners) {
          tell(listener, event);
        }
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          LOG.warn("Listeners are too slow: " + lost + " events were dropped");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private static void tell(FiresteelListener listener, Consumer<FiresteelListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException | Error e) {
      LOG.error("The listener " + listener.getClass().getName() + " failed", e);
    }
  }

  private void put(Consumer<FiresteelListener> event) {
    if (!queue.offer(event)) {
      dropped.incrementAndGet();
    }
  }

  @Override
  public void jobStarted(JobRequest request) {
    FiresteelListener.JobStart event =
        new FiresteelListener.JobStart(
            request.job(),
            request.site(),
            Optional.ofNullable(request.properties().get(GROUP)),
            Instant.now());
    put(listener -> listener.onJobStart(event));
  }

  @Override
  public void jobEnded(long job, JobResult result) {
    Optional<String> failure =
        result instanceof JobResult.Failed failed
            ? Optional.of(failed.failure().message())
            : Optional.empty();
    FiresteelListener.JobEnd event = new FiresteelListener.JobEnd(job, failure, Instant.now());
    put(listener -> listener.onJobEnd(event));
  }

  @Override
  public void stageStarted(long job, int stage, int attempt, String name, int tasks) {
    FiresteelListener.StageStart event =
        new FiresteelListener.StageStart(job, stage, attempt, name, tasks, Instant.now());
    put(listener -> listener.onStageStart(event));
  }

  @Override
  public void stageEnded(int stage, int attempt, String name, boolean complete) {
    FiresteelListener.StageEnd event =
        new FiresteelListener.StageEnd(stage, attempt, name, complete, Instant.now());
    put(listener -> listener.onStageEnd(event));
  }

  @Override
  public void taskStarted(TaskAttempt attempt) {
    FiresteelListener.TaskStart event =
        new FiresteelListener.TaskStart(
            attempt.id(),
            attempt.job(),
            attempt.stage(),
            attempt.partition(),
            attempt.attempt(),
            Instant.now());
    put(listener -> listener.onTaskStart(event));
  }

  @Override
  public void taskEnded(TaskOutcome outcome) {
    TaskAttempt attempt = outcome.attempt();
    HowEnded how = new HowEnded();
    outcome.dispatch(how);
    FiresteelListener.TaskEnd event =
        new FiresteelListener.TaskEnd(
            attempt.id(),
            attempt.job(),
            attempt.stage(),
            attempt.partition(),
            attempt.attempt(),
            Optional.ofNullable(how.failure),
            how.records,
            Instant.now());
    put(listener -> listener.onTaskEnd(event));
  }

  /** How a task ended, in words. */
  private static final class HowEnded implements TaskOutcome.Handler {
    private @Nullable String failure;
    private long records;

    @Override
    public void onSucceeded(TaskOutcome.Succeeded outcome) {
      records = outcome.report().records();
    }

    @Override
    public void onFailed(TaskOutcome.Failed outcome) {
      failure = outcome.failure().message();
    }

    @Override
    public void onKilled(TaskOutcome.Killed outcome) {
      failure = "ended: " + outcome.reason();
    }

    @Override
    public void onWorkerDied(TaskOutcome.WorkerDied outcome) {
      failure = "its worker " + outcome.how();
    }

    @Override
    public void onBlockGone(TaskOutcome.BlockGone outcome) {
      failure = "a block that it reads had made room for others";
    }

    @Override
    public void onExecutorLost(TaskOutcome.ExecutorLost outcome) {
      failure = "its executor " + outcome.executor() + " was lost: " + outcome.reason();
    }

    @Override
    public void onLaunchFailed(TaskOutcome.LaunchFailed outcome) {
      failure = outcome.message();
    }
  }
}
