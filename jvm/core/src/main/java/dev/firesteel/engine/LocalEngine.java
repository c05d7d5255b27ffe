package dev.firesteel.engine;

import static java.util.Objects.requireNonNull;

import dev.firesteel.executor.Executor;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.job.EngineStatus;
import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.StageProgress;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.lineage.RemainingLineage;
import dev.firesteel.scheduler.Scheduler;
import dev.firesteel.scheduler.SchedulerAction;
import dev.firesteel.scheduler.SchedulerConf;
import dev.firesteel.scheduler.SchedulerEvent;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.util.Log;
import dev.firesteel.util.Threads;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine whose scheduler is ours, on a thread of its own in this JVM, with the executors that
 * it drives, which come and go. Callers wait on futures; the scheduler's thread completes them.
 */
public final class LocalEngine implements Engine {
  private static final Log LOG = Log.of("engine");
  private static final long STOP_SECONDS = 5;

  private final Map<String, Executor> executors = new ConcurrentHashMap<>();
  private final EngineFiles files;
  private final DriverFiles driverFiles;
  private final SchedulerLoop loop;

  /** The jobs that callers wait for. */
  private final Map<Long, Waiting> jobs = new ConcurrentHashMap<>();

  /** The questions that callers wait for. */
  private final Set<CompletableFuture<?>> questions = ConcurrentHashMap.newKeySet();

  private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();

  private volatile boolean stopped;

  /** Why no job can be run any more although the engine was not stopped, or null. */
  private volatile @Nullable Throwable broken;

  private record Waiting(JobRequest request, CompletableFuture<JobResult> result) {}

  /** Starts an engine with some executors, which it closes at its own end. */
  public LocalEngine(
      List<? extends Executor> executors,
      DriverFiles driverFiles,
      EngineFiles files,
      SchedulerConf conf) {
    this.files = requireNonNull(files, "files is null");
    this.driverFiles = requireNonNull(driverFiles, "driverFiles is null");
    Scheduler scheduler = new Scheduler(requireNonNull(conf, "conf is null"));
    this.loop = new SchedulerLoop(scheduler, new Actions(), this::fault);
    executors.forEach(this::add);
    loop.start();
  }

  /** An executor takes part from now on, until it is lost; it is closed then, or by the engine. */
  public void add(Executor executor) {
    if (executors.putIfAbsent(executor.id(), executor) != null) {
      throw new IllegalArgumentException("there is an executor " + executor.id() + " already");
    }
    executor.onLost(reason -> loop.post(new SchedulerEvent.ExecutorLost(executor.id(), reason)));
    loop.post(new SchedulerEvent.ExecutorAdded(executor.id(), executor.slots()));
  }

  @Override
  public CompletableFuture<JobResult> submit(JobRequest request) {
    requireNonNull(request, "request is null");
    Waiting waiting = new Waiting(request, new CompletableFuture<>());
    if (jobs.putIfAbsent(request.job(), waiting) != null) {
      return answered(failed(request, "internal", "Job " + request.job() + " is running already"));
    }
    if (stopped) {
      jobs.remove(request.job());
      return answered(failed(request, "stopped", "The engine was stopped"));
    }
    Throwable cause = broken;
    if (cause != null) {
      jobs.remove(request.job());
      JobFailure failure = JobFailure.internal(cause, request.job(), request.site());
      return answered(new JobResult.Failed(failure, List.of()));
    }
    tell(listener -> listener.jobStarted(request));
    loop.post(new SchedulerEvent.JobSubmitted(request));
    return waiting.result();
  }

  private static CompletableFuture<JobResult> answered(JobResult result) {
    return CompletableFuture.completedFuture(result);
  }

  /** Tells listeners; a fault of theirs is nobody else's. */
  private void tell(Consumer<EngineListener> news) {
    for (EngineListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (RuntimeException | Error e) {
        LOG.error("The listener " + listener.getClass().getName() + " failed", e);
      }
    }
  }

  private static JobResult failed(JobRequest request, String kind, String message) {
    return new JobResult.Failed(
        JobFailure.of(kind, message, request.job(), request.site()), List.of());
  }

  @Override
  public void cancel(long job, String reason) {
    loop.post(new SchedulerEvent.JobCancelled(job, reason));
  }

  @Override
  public void listen(EngineListener listener) {
    listeners.add(requireNonNull(listener, "listener is null"));
  }

  /** A cached block had to make room for others. */
  public void blockLost(BlockId.Rdd block, long attempt) {
    loop.post(new SchedulerEvent.BlockLost(block, attempt));
  }

  @Override
  public void finish(long job) {
    loop.post(new SchedulerEvent.FinishAsked(job));
  }

  @Override
  public void update(LineageUpdate update) throws InterruptedException {
    CompletableFuture<String> applied = new CompletableFuture<>();
    ask(applied, new SchedulerEvent.LineageUpdated(update, applied));
    String fault = answer(applied);
    if (!fault.isEmpty()) {
      throw new LineageException(fault);
    }
  }

  @Override
  public Optional<NodeView> hold(int holder, NodeId node) throws InterruptedException {
    CompletableFuture<Optional<NodeView>> held = new CompletableFuture<>();
    ask(held, new SchedulerEvent.NodeHeld(holder, node, held));
    return answer(held);
  }

  @Override
  public void path(int driver, List<String> path) {
    loop.post(new SchedulerEvent.PathTold(driver, path));
  }

  @Override
  public RemainingLineage endDriver(int driver, String reason) throws InterruptedException {
    for (Waiting waiting : jobs.values()) {
      if (waiting.request().driver() == driver) {
        cancel(waiting.request().job(), reason);
      }
    }
    CompletableFuture<RemainingLineage> ended = new CompletableFuture<>();
    ask(ended, new SchedulerEvent.DriverEnded(driver, ended));
    return answer(ended);
  }

  @Override
  public List<StageProgress> progress(long job) throws InterruptedException {
    CompletableFuture<List<StageProgress>> stages = new CompletableFuture<>();
    ask(stages, new SchedulerEvent.ProgressAsked(job, stages));
    return answer(stages);
  }

  @Override
  public List<Integer> stages(long job) throws InterruptedException {
    CompletableFuture<List<Integer>> stages = new CompletableFuture<>();
    ask(stages, new SchedulerEvent.StagesAsked(job, stages));
    return answer(stages);
  }

  @Override
  public Optional<StageProgress> stage(int stage) throws InterruptedException {
    CompletableFuture<Optional<StageProgress>> found = new CompletableFuture<>();
    ask(found, new SchedulerEvent.StageAsked(stage, found));
    return answer(found);
  }

  @Override
  public EngineStatus status() throws InterruptedException {
    CompletableFuture<EngineStatus> status = new CompletableFuture<>();
    ask(status, new SchedulerEvent.StatusAsked(status));
    return answer(status);
  }

  private void ask(CompletableFuture<?> question, SchedulerEvent event) {
    questions.add(question);
    if (stopped) {
      question.completeExceptionally(new IllegalStateException("The engine was stopped"));
    } else {
      loop.post(event);
    }
  }

  @SuppressWarnings("CollectionUndefinedEquality") // the very future is meant
  private <T> T answer(CompletableFuture<T> question) throws InterruptedException {
    try {
      return question.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The engine did not answer", e.getCause());
    } finally {
      questions.remove(question);
    }
  }

  /** A fault in the scheduler: nobody is left waiting, and what runs is ended. */
  private void fault(SchedulerEvent event, Throwable cause) {
    // First, so that it comes before the jobs that those who wait may submit next.
    if (event instanceof SchedulerEvent.AllJobsCancelled) {
      broken = cause; // There is nothing more that could be tried.
    } else {
      loop.post(new SchedulerEvent.AllJobsCancelled("internal", "The engine failed: " + cause));
    }
    for (Waiting waiting : List.copyOf(jobs.values())) {
      JobRequest request = waiting.request();
      JobFailure failure = JobFailure.internal(cause, request.job(), request.site());
      jobs.remove(request.job());
      waiting.result().complete(new JobResult.Failed(failure, List.of()));
    }
    questions.forEach(question -> question.completeExceptionally(cause));
  }

  @Override
  public void close() {
    synchronized (this) {
      if (stopped) {
        return;
      }
      stopped = true;
    }
    List<CompletableFuture<JobResult>> ending =
        jobs.values().stream().map(Waiting::result).toList();
    loop.post(new SchedulerEvent.AllJobsCancelled("stopped", "The SparkContext was stopped"));
    try {
      awaitAll(ending);
      executors.values().forEach(Executor::close);
      loop.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      executors.values().forEach(Executor::close);
    }
    // Jobs that came while this went on, or whose attempts would not end.
    jobs.forEach(
        (job, waiting) ->
            waiting
                .result()
                .complete(failed(waiting.request(), "stopped", "The SparkContext was stopped")));
    IllegalStateException late = new IllegalStateException("The engine was stopped");
    questions.forEach(question -> question.completeExceptionally(late));
  }

  private static void awaitAll(List<CompletableFuture<JobResult>> ending)
      throws InterruptedException {
    try {
      CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new))
          .get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("Some tasks did not end when the engine was stopped: " + e);
    }
  }

  /** Carries out what the scheduler wants, on its thread. */
  private final class Actions implements SchedulerAction.Handler {
    private void done(String executor, TaskOutcome outcome) {
      loop.post(new SchedulerEvent.TaskEnded(executor, outcome));
    }

    private void meet(BarrierCall call) {
      loop.post(new SchedulerEvent.BarrierReached(call));
    }

    @Override
    public void on(SchedulerAction.Launch action) {
      tell(listener -> listener.taskStarted(action.task().attempt()));
      String executor = action.executor();
      try {
        executor(executor).launch(action.task(), outcome -> done(executor, outcome), this::meet);
      } catch (RuntimeException e) {
        LOG.error("The executor refused " + action.task(), e);
        done(
            executor,
            new TaskOutcome.LaunchFailed(
                action.task().attempt(), "The executor refused the task: " + e));
      }
    }

    private Executor executor(String id) {
      return requireNonNull(executors.get(id), () -> "there is no executor " + id);
    }

    @Override
    public void on(SchedulerAction.Kill action) {
      executor(action.executor()).kill(action.attempt(), action.reason());
    }

    @Override
    public void on(SchedulerAction.Met action) {
      executor(action.executor()).met(action.call(), action.messages());
    }

    @Override
    public void on(SchedulerAction.ReleaseExecutor action) {
      Executor lost = executor(action.executor());
      executors.remove(action.executor());
      Threads.start("executor-closer", lost::close); // which may take a while
    }

    @Override
    public void on(SchedulerAction.AttemptEnded action) {
      tell(listener -> listener.taskEnded(action.outcome()));
    }

    @Override
    public void on(SchedulerAction.EndJob action) {
      tell(listener -> listener.jobEnded(action.job(), action.result()));
      @Nullable Waiting waiting = jobs.remove(action.job());
      if (waiting != null) {
        waiting.result().complete(action.result());
      }
    }

    @Override
    public void on(SchedulerAction.RegisterFile action) {
      Path path = Path.of(action.path());
      driverFiles.register(action.id(), path);
      files.driverFile(path);
    }

    @Override
    public void on(SchedulerAction.ForgetFile action) {
      boolean shared = action.id() instanceof BlockId.Input;
      driverFiles
          .remove(action.id())
          .ifPresent(
              path -> {
                if (!shared) {
                  files.deleteDriverFile(path);
                }
              });
    }

    @Override
    public void on(SchedulerAction.RegisterMapOutput action) {
      files.registerMapOutput(
          action.shuffle(),
          action.maps(),
          action.map(),
          action.attempt(),
          action.file(),
          action.report());
    }

    @Override
    public void on(SchedulerAction.UnregisterMapOutput action) {
      files.unregisterMapOutput(action.shuffle(), action.map());
    }

    @Override
    public void on(SchedulerAction.RemoveShuffle action) {
      files.removeShuffle(action.shuffle());
    }

    @Override
    public void on(SchedulerAction.RegisterBlock action) {
      files.registerBlock(action.block(), action.level());
    }

    @Override
    public void on(SchedulerAction.RemoveBlock action) {
      files.removeBlock(action.block());
    }

    @Override
    public void on(SchedulerAction.Answer action) {
      action.answer().run();
    }

    @Override
    public void on(SchedulerAction.DeleteFile action) {
      files.deleteFile(action.location());
    }

    @Override
    public void on(SchedulerAction.ReportFault action) {
      loop.report(action.message(), action.cause(), action.story());
    }

    @Override
    public void on(SchedulerAction.StageStarted action) {
      tell(
          listener ->
              listener.stageStarted(
                  action.job(), action.stage(), action.attempt(), action.name(), action.tasks()));
    }

    @Override
    public void on(SchedulerAction.StageEnded action) {
      tell(
          listener ->
              listener.stageEnded(
                  action.stage(), action.attempt(), action.name(), action.complete()));
    }
  }
}
