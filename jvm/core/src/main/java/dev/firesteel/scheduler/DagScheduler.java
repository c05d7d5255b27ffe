package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorLedger;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.JobSink;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.lineage.RemainingLineage;
import dev.firesteel.lineage.SharedLineage;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.planning.NarrowWalk;
import dev.firesteel.planning.NodeChoices;
import dev.firesteel.planning.StoredChoices;
import dev.firesteel.planning.TaskPlanner;
import dev.firesteel.scheduler.States.JobState;
import dev.firesteel.scheduler.States.StageState;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskReport;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Turns jobs into stages and sees them through: stages cut at shuffles, map outputs that exist used
 * again, lost ones computed again, jobs that fail or are cancelled brought to an end. Pure: calls
 * in, actions and calls of the {@link TaskScheduler} out. Owned by the scheduler's thread.
 *
 * <pre>
 *   job submitted ─▶ result stage ─▶ missing shuffles? ── yes ─▶ WAITING, map stages first
 *                                        │ no
 *                                        ▼
 *                     RUNNING: task set ──▶ task succeeded ─▶ all there: FINISHED, children go on
 *                        ▲    │
 *                        │    └─ map output lost: unregister it, task set suspended, WAITING
 *                        └────── the map tasks that are missing have run again
 * </pre>
 */
final class DagScheduler implements TaskListener {
  private final SchedulerConf conf;
  private final Lineage lineage;
  private final ShuffleOutputs shuffles;
  private final PersistedBlocks persisted;
  private final BlockKeeper blocks;
  private final DriverPaths paths;
  private final AccumulatorLedger accumulators;
  private final AttemptFiles files;
  private final LineageKeeper keeper;
  private final Consumer<SchedulerAction> actions;
  private final TaskScheduler tasks;
  private final JobTable jobs;
  private final StageGraph stages;
  private final MapOutputs outputs;
  private final StageTasks stageTasks;
  private final ChangedOutputs changed;
  private final BarrierStages barriers;
  private final StageNotifier news;
  private final JobEnding ending;
  private final JobProgress progress;
  private final EarlyCancellations cancelled = new EarlyCancellations();

  DagScheduler(SchedulerConf conf, Locality locality, Consumer<SchedulerAction> actions) {
    this.conf = requireNonNull(conf, "conf is null");
    this.actions = requireNonNull(actions, "actions is null");
    this.lineage = new Lineage();
    this.paths = new DriverPaths(lineage);
    this.shuffles = new ShuffleOutputs();
    this.accumulators = new AccumulatorLedger();
    this.persisted = new PersistedBlocks();
    this.blocks = new BlockKeeper(lineage, persisted, actions);
    this.files = new AttemptFiles(blocks, actions);
    this.jobs = new JobTable(lineage, accumulators, actions);
    this.keeper = new LineageKeeper(lineage, jobs, blocks, shuffles, accumulators, actions);
    this.tasks =
        new TaskScheduler(conf, locality, persisted, shuffles, blocks, files, paths, actions, this);
    NodeChoices choices = new StoredChoices(lineage, persisted);
    NarrowWalk walk = new NarrowWalk(lineage, choices);
    this.stages = new StageGraph(lineage, shuffles, walk, this::start);
    this.outputs = new MapOutputs(lineage, shuffles, stages, tasks, actions);
    this.stageTasks = new StageTasks(new TaskPlanner(lineage, choices), outputs);
    this.changed =
        new ChangedOutputs(
            lineage, shuffles, outputs, persisted, blocks, walk, stages, tasks, jobs);
    this.barriers = new BarrierStages(lineage, blocks, walk, tasks, outputs);
    this.news = new StageNotifier(actions);
    StageHistory history = new StageHistory(conf.retainedJobs(), conf.retainedStages());
    this.progress = new JobProgress(lineage, shuffles, jobs, stages, tasks, history);
    this.ending = new JobEnding(jobs, stages, tasks, keeper, news, progress);
    blocks.onIncomplete(node -> changed.handleBlocks(node, jobs.highest()).forEach(ending::fail));
  }

  /** Looks at a job that is asked for; returns the step that takes or refuses it. */
  Runnable submit(JobRequest request) {
    if (paths.hasEnded(request.driver())) {
      return () ->
          end(
              request,
              JobFailure.of("stopped", "The driver has ended", request.job(), request.site()));
    }
    try {
      SharedLineage.Fitting update = keeper.fit(request.update());
      List<Integer> partitions = jobs.partitions(request, update.additions());
      return () -> take(request, update, partitions);
    } catch (LineageException e) {
      return () -> end(request, JobFailure.internal(e, request.job(), request.site()));
    }
  }

  private void take(JobRequest request, SharedLineage.Fitting update, List<Integer> partitions) {
    paths.told(request.driver(), request.path());
    keeper.add(update);
    keeper.cutIfIdle();
    Job job = jobs.add(request, partitions);
    keeper.release(request.update());
    if (request.sink() instanceof JobSink.Count) {
      jobs.addCounts(job, persisted);
    }
    Stage stage = stages.resultStage(job);
    JobFailure before = cancelled.take(job.id());
    if (before != null) {
      ending.fail(job, JobFailure.of(before.kind(), before.message(), job.id(), request.site()));
      return;
    }
    if (job.isComplete()) {
      ending.end(job, "it has no partitions, or what it asks is known");
      return;
    }
    JobFailure mixture = changed.sinceItsAction(job, stage);
    if (mixture != null) {
      ending.fail(job, mixture);
      return;
    }
    try {
      stages.submit(stage, "submitted");
    } catch (LineageException e) {
      ending.fail(job, JobFailure.internal(e, job.id(), request.site()));
    }
  }

  private void end(JobRequest request, JobFailure failure) {
    actions.accept(
        new SchedulerAction.EndJob(request.job(), new JobResult.Failed(failure, List.of())));
  }

  /** A job fails by a fault of the engine's own; one that has not been taken is refused. */
  void fault(long id, String site, Throwable cause) {
    JobFailure failure = JobFailure.internal(cause, id, site);
    Job job = jobs.find(id);
    if (job != null) {
      ending.fail(job, failure);
    } else {
      actions.accept(new SchedulerAction.EndJob(id, new JobResult.Failed(failure, List.of())));
    }
  }

  /** Ends a job early, or as soon as it comes; without effect if it has ended, or is ending. */
  void cancel(long id, String kind, String reason) {
    Job job = jobs.find(id);
    if (job != null) {
      ending.fail(job, JobFailure.of(kind, reason, id, job.request.site()));
    } else {
      cancelled.add(id, JobFailure.of(kind, reason, id, ""));
    }
  }

  /**
   * Ends a job with the partitions that it has; without effect if there is none, or it is ending.
   */
  void finish(long id) {
    Job job = jobs.find(id);
    if (job != null && job.state.is(JobState.RUNNING)) {
      ending.end(job, "it was to end with what it has");
    }
  }

  /** Ends all jobs early. */
  void cancelAll(String kind, String reason) {
    jobs.all().forEach(job -> cancel(job.id(), kind, reason));
  }

  /**
   * Looks at what a driver says about its lineage; returns the step that applies it.
   *
   * @throws LineageException if it does not fit what there is
   */
  Runnable update(LineageUpdate update) {
    SharedLineage.Fitting fitting = keeper.fit(update);
    return () -> {
      keeper.add(fitting);
      update.cleaned().forEach(outputs::unregisterAll);
      keeper.cutIfIdle();
      keeper.release(update);
    };
  }

  /** A driver says where its Python functions find modules. */
  void pathTold(int driver, List<String> path) {
    paths.told(driver, path);
  }

  /** Releases all that a driver kept; jobs that it still asks for are refused. */
  RemainingLineage driverEnded(int driver) {
    RemainingLineage left = keeper.end(driver);
    paths.end(driver);
    return left;
  }

  /** Keeps a node for a name, or for a driver that has not ended; nothing if it is not there. */
  Optional<NodeView> hold(int holder, NodeId node) {
    return paths.hasEnded(holder) ? Optional.empty() : keeper.hold(holder, node);
  }

  /** Starts a stage whose parents are there, or has it go on. */
  private void start(Stage stage) {
    boolean barrier = barriers.prepare(stage);
    Collection<Integer> missing = stageTasks.missing(stage);
    stage.state.to(StageState.RUNNING, "its parents are there");
    stage.attempt++;
    news.started(stage, missing.size());
    String problem = barrier ? barriers.problem(stage, missing) : null;
    if (problem != null) {
      TaskAttempt none = new TaskAttempt(0, stage.firstJob().id(), stage.id, stage.attempt, 0, 0);
      ending.failAll(stage, new TaskFailure("barrier", problem, none, 1, null, null));
      return;
    }
    if (tasks.find(stage.id) != null) {
      tasks.resume(stage.id, stage.attempt, missing);
    } else {
      TaskSet set = stageTasks.make(stage, barrier ? new Barrier(missing.size()) : null);
      stage.tasks = missing.size();
      tasks.submit(set, missing);
    }
    if (missing.isEmpty()) {
      finishIfComplete(stage);
    }
  }

  @Override
  public void taskSucceeded(TaskAttempt attempt, TaskReport report, String executor) {
    Stage stage = stage(attempt.stage());
    if (stage.shuffle == null) {
      Job job = stage.firstJob();
      JobFailure failure = jobs.addRow(job, attempt, report, executor);
      boolean counts =
          accumulators.resultSucceeded(
              job.id(), stage.id, attempt.partition(), report.accumulators());
      discardUnless(counts, report);
      if (failure != null) {
        ending.fail(job, failure);
        return;
      }
    } else {
      mapSucceeded(stage, stage.shuffle, attempt, report, executor);
    }
    finishIfComplete(stage);
  }

  private void mapSucceeded(
      Stage stage,
      ShuffleDependency shuffle,
      TaskAttempt attempt,
      TaskReport report,
      String executor) {
    OutputFile file = report.output();
    ShuffleReport sections = report.shuffle();
    if (file == null || sections == null || sections.lengths().length != shuffle.partitions()) {
      String found = sections == null ? "none" : String.valueOf(sections.lengths().length);
      taskFailed(
          new TaskFailure(
              "internal",
              "A map task of "
                  + shuffle.partitions()
                  + " sections reported "
                  + found
                  + (file == null ? " and no file" : ""),
              attempt,
              attempt.attempt() + 1,
              null,
              null));
      return;
    }
    int map = attempt.partition();
    boolean differs = outputs.register(shuffle.id(), map, attempt.id(), executor, file, sections);
    boolean counts =
        accumulators.mapSucceeded(
            shuffle.id(), map, stage.firstJob().id(), stage.id, report.accumulators());
    discardUnless(counts, report);
    if (differs) {
      changed.handle(shuffle, map, stage, jobs.highest()).forEach(ending::fail);
    }
  }

  private void discardUnless(boolean counts, TaskReport report) {
    if (!counts) {
      files.discardUpdates(report);
    }
  }

  private void finishIfComplete(Stage stage) {
    if (stage.state.is(StageState.ENDED)) {
      return;
    }
    if (stage.shuffle == null) {
      Job job = stage.firstJob();
      if (job.isComplete()) {
        ending.end(job, "all its partitions are there");
      }
    } else if (shuffles.isComplete(stage.shuffle.id())) {
      stages.detach(stage);
      news.ended(stage, true);
      stage.failed += tasks.failed(stage.id);
      stage.state.to(StageState.FINISHED, "all its map outputs are there");
      stage.losses.clear();
      tasks.end(stage.id, "the stage has finished");
      stages.finished(stage);
    }
  }

  @Override
  public void taskFailed(TaskFailure failure) {
    ending.failAll(stage(failure.attempt().stage()), failure);
  }

  @Override
  public void mapOutputLost(TaskAttempt attempt, BlockId.ShuffleMap lost, String message) {
    Stage stage = stage(attempt.stage());
    ShuffleId shuffle = lost.shuffle();
    long writer = shuffles.attempt(shuffle, lost.map());
    if (writer > attempt.id()) {
      return; // It was computed again after this attempt was launched: the new one is to be read.
    }
    if (writer != 0) {
      outputs.unregister(lost);
    }
    int times = stage.lost(lost, attempt.stageAttempt());
    if (times >= conf.maxStageAttempts()) {
      String all = message + " (the stage lost this map output in " + times + " attempts in a row)";
      ending.failAll(
          stage, new TaskFailure("corrupt", all, attempt, attempt.attempt() + 1, null, null));
      return;
    }
    suspend(stage, lost.name() + " was lost");
  }

  /**
   * An executor is gone: what it had is computed again when it is needed, and its attempts fail. A
   * result that is no longer there has not been handed out yet, so it is computed again at once.
   */
  void executorLost(ExecutorSlots executor, String reason) {
    tasks.slots().remove(executor);
    outputs.lose(executor.id);
    blocks.lose(executor.id);
    jobs.lose(executor.id)
        .forEach((job, partitions) -> tasks.reopen(stages.resultStageOf(job).id, partitions));
    tasks.lose(executor, reason);
    actions.accept(new SchedulerAction.ReleaseExecutor(executor.id));
  }

  @Override
  public void shuffleMissing(int stage) {
    suspend(stage(stage), "a shuffle that it reads is incomplete");
  }

  private void suspend(Stage stage, String cause) {
    if (stage.state.is(StageState.RUNNING)) {
      tasks.suspend(stage.id);
      news.ended(stage, false);
      stage.state.to(StageState.WAITING, cause);
      stages.submit(stage, cause);
    } else {
      stages.extend(stage, cause);
    }
  }

  @Override
  public int barrierRestarted(int stage) {
    return ++stage(stage).attempt;
  }

  @Override
  public void drained(int stage) {
    ending.drained(stage);
  }

  private Stage stage(int id) {
    return requireNonNull(stages.find(id), () -> "stage " + id + " has tasks, and no jobs");
  }

  JobProgress progress() {
    return progress;
  }

  TaskScheduler tasks() {
    return tasks;
  }

  JobTable jobs() {
    return jobs;
  }

  StageGraph stages() {
    return stages;
  }

  Lineage lineage() {
    return lineage;
  }
}
