package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorLedger;
import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.engine.Engine;
import dev.firesteel.engine.JobFailure;
import dev.firesteel.engine.JobRequest;
import dev.firesteel.engine.JobResult;
import dev.firesteel.engine.JobSink;
import dev.firesteel.engine.StageProgress;
import dev.firesteel.executor.OutputFile;
import dev.firesteel.executor.ShuffleReport;
import dev.firesteel.executor.TaskAttempt;
import dev.firesteel.executor.TaskReport;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.NodeId;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.lineage.ShuffleId;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.scheduler.States.JobState;
import dev.firesteel.scheduler.States.StageState;
import dev.firesteel.storage.BlockId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntFunction;

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
  private static final int MAX_CANCELLED_BEFORE = 1_000;

  private final SchedulerConf conf;
  private final Lineage lineage;
  private final ShuffleOutputs shuffles;
  private final TaskPlanner planner;
  private final PersistedBlocks persisted;
  private final DriverPaths paths;
  private final AccumulatorLedger accumulators;
  private final LineageKeeper keeper;
  private final Consumer<SchedulerAction> actions;
  private final TaskScheduler tasks;
  private final JobTable jobs;
  private final StageGraph stages;
  private final NarrowWalk walk;
  private final BlockKeeper blocks;
  private final ChangedOutputs changed;
  private final BarrierStages barriers;

  /**
   * Cancellations of jobs that are not known. The driver cancels on another connection than the one
   * that brings the job, so the job may still be on its way. Most are of jobs that have ended: only
   * the latest are kept.
   */
  private final Map<Long, JobFailure> cancelledBefore =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, JobFailure> eldest) {
          return size() > MAX_CANCELLED_BEFORE;
        }
      };

  /** Ended task sets whose running attempts a job waits for. */
  private final Map<Integer, Job> draining = new HashMap<>();

  DagScheduler(SchedulerConf conf, Locality locality, Consumer<SchedulerAction> actions) {
    this.conf = requireNonNull(conf, "conf is null");
    this.actions = requireNonNull(actions, "actions is null");
    this.lineage = new Lineage();
    this.paths = new DriverPaths(lineage);
    this.shuffles = new ShuffleOutputs();
    this.accumulators = new AccumulatorLedger();
    this.persisted = new PersistedBlocks();
    this.blocks = new BlockKeeper(lineage, persisted, actions);
    this.planner = new TaskPlanner(lineage, persisted);
    this.keeper = new LineageKeeper(lineage, blocks, shuffles, accumulators, actions);
    this.tasks = new TaskScheduler(conf, locality, shuffles, blocks, paths, actions, this);
    this.jobs = new JobTable(lineage, accumulators, actions);
    this.walk = new NarrowWalk(lineage, persisted);
    this.stages = new StageGraph(lineage, shuffles, walk, this::start);
    this.changed =
        new ChangedOutputs(
            lineage, shuffles, persisted, blocks, walk, stages, tasks, jobs, actions);
    this.barriers = new BarrierStages(lineage, blocks, walk, tasks, this::unregisterAll);
    blocks.onIncomplete(node -> changed.handleBlocks(node, jobs.highest()).forEach(this::fail));
  }

  /** Takes a job. */
  void submit(JobRequest request) {
    Job job;
    if (paths.hasEnded(request.driver())) {
      end(request, JobFailure.of("stopped", "The driver has ended", request.job(), request.site()));
      return;
    }
    paths.told(request.driver(), request.path());
    try {
      keeper.add(request.update());
      cutIfIdle();
      job = jobs.add(request);
    } catch (LineageException | IllegalArgumentException e) {
      refuse(request, e);
      return;
    }
    keeper.release(request.update());
    if (request.sink() instanceof JobSink.Count) {
      jobs.addCounts(job, persisted);
    }
    Stage stage = stages.resultStage(job);
    JobFailure cancelled = cancelledBefore.remove(job.id());
    if (cancelled != null) {
      fail(job, JobFailure.of(cancelled.kind(), cancelled.message(), job.id(), request.site()));
      return;
    }
    if (job.isComplete()) {
      end(job, "it has no partitions, or what it asks is known");
      return;
    }
    JobFailure mixture = changed.sinceItsAction(job, stage);
    if (mixture != null) {
      fail(job, mixture);
      return;
    }
    try {
      stages.submit(stage, "submitted");
    } catch (LineageException e) {
      fail(job, JobFailure.internal(e, job.id(), request.site()));
    }
  }

  private void cutIfIdle() {
    if (jobs.size() == 0) {
      keeper.cut();
    }
  }

  private void refuse(JobRequest request, RuntimeException cause) {
    end(request, JobFailure.internal(cause, request.job(), request.site()));
  }

  private void end(JobRequest request, JobFailure failure) {
    actions.accept(
        new SchedulerAction.EndJob(request.job(), new JobResult.Failed(failure, List.of())));
  }

  /** Ends a job early, or as soon as it comes; without effect if it has ended, or is ending. */
  void cancel(long id, String kind, String reason) {
    Job job = jobs.find(id);
    if (job != null) {
      fail(job, JobFailure.of(kind, reason, id, job.request.site()));
    } else {
      cancelledBefore.put(id, JobFailure.of(kind, reason, id, ""));
    }
  }

  /**
   * Ends a job with the partitions that it has; without effect if there is none, or it is ending.
   */
  void expire(long id) {
    Job job = jobs.find(id);
    if (job != null && job.state.is(JobState.RUNNING)) {
      end(job, "it was to end with what it has");
    }
  }

  /** Ends all jobs early. */
  void cancelAll(String kind, String reason) {
    jobs.all().forEach(job -> cancel(job.id(), kind, reason));
  }

  /** Applies what a driver says about its lineage; returns what is wrong with it, or "". */
  String update(LineageUpdate update) {
    try {
      keeper.add(update);
      update.cleaned().forEach(this::unregisterAll);
      cutIfIdle();
      keeper.release(update);
      return "";
    } catch (LineageException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** A driver says where its Python functions find modules. */
  void pathTold(int driver, List<String> path) {
    paths.told(driver, path);
  }

  /** Releases all that a driver kept; jobs that it still asks for are refused. */
  Engine.Left driverEnded(int driver) {
    Engine.Left left = keeper.end(driver);
    paths.end(driver);
    return left;
  }

  /** Keeps a node for a name, or for a driver that has not ended; nothing if it is not there. */
  Optional<NodeView> hold(int holder, NodeId node) {
    return lineage.contains(node) && !paths.hasEnded(holder)
        ? Optional.of(lineage.hold(holder, node))
        : Optional.empty();
  }

  /** Drops the outputs of a shuffle, which will be computed again if they are needed. */
  private void unregisterAll(ShuffleId shuffle) {
    int maps = lineage.maps(shuffle);
    for (int map = 0; map < maps; map++) {
      if (shuffles.attempt(shuffle, map) != 0) {
        unregister(new BlockId.ShuffleMap(shuffle, map));
      }
    }
  }

  /** Starts a stage whose parents are there, or has it go on. */
  private void start(Stage stage) {
    boolean barrier = barriers.prepare(stage);
    Collection<Integer> missing = missing(stage);
    stage.state.to(StageState.RUNNING, "its parents are there");
    stage.attempt++;
    actions.accept(
        new SchedulerAction.StageStarted(
            stage.firstJob().id(), stage.id, stage.attempt, stage.site, missing.size()));
    String problem = barrier ? barriers.problem(stage, missing) : null;
    if (problem != null) {
      TaskAttempt none = new TaskAttempt(0, stage.firstJob().id(), stage.id, stage.attempt, 0, 0);
      failAll(stage, new TaskFailure("barrier", problem, none, 1, null, null));
      return;
    }
    if (tasks.find(stage.id) != null) {
      tasks.resume(stage.id, stage.attempt, missing);
    } else {
      Job job = stage.firstJob();
      TaskSet.Owner owner =
          new TaskSet.Owner(
              job.id(),
              job.sequence,
              job.request.properties().getOrDefault("spark.scheduler.pool", "default"),
              job.request.properties());
      Barrier together = barrier ? new Barrier(missing.size()) : null;
      TaskSet set = new TaskSet(stage.id, owner, planner(stage), together);
      set.stageAttempt = stage.attempt;
      stage.tasks = missing.size();
      tasks.submit(set, missing);
    }
    if (missing.isEmpty()) {
      finishIfComplete(stage);
    }
  }

  private Collection<Integer> missing(Stage stage) {
    if (stage.shuffle != null) {
      return stages.missingMaps(stage.shuffle);
    }
    Job job = stage.firstJob();
    Collection<Integer> missing = new TreeSet<>(job.partitions);
    missing.removeAll(job.rows.keySet());
    return missing;
  }

  private IntFunction<TaskPlan> planner(Stage stage) {
    ShuffleDependency shuffle = stage.shuffle;
    if (shuffle != null) {
      return partition -> planner.shuffleWrite(shuffle, partition);
    }
    NodeId node = stage.node;
    Job job = stage.firstJob();
    if (job.request.sink() instanceof JobSink.SaveText save) {
      Sink.SaveText template =
          new Sink.SaveText(new Source.Empty(), save.directory(), 0, save.codec());
      return partition -> planner.saveText(node, partition, template);
    }
    if (job.request.sink() instanceof JobSink.BlockWrite write) {
      return partition -> planner.blockWrite(node, partition, write.directory());
    }
    if (job.request.sink() instanceof JobSink.Count) {
      return partition -> planner.count(node, partition);
    }
    return partition -> planner.result(node, partition, job.id());
  }

  @Override
  public void taskSucceeded(TaskAttempt attempt, TaskReport report) {
    Stage stage = stage(attempt);
    if (stage.shuffle == null) {
      Job job = stage.firstJob();
      JobFailure failure = jobs.addRow(job, attempt, report);
      boolean counts =
          accumulators.resultSucceeded(
              job.id(), stage.id, attempt.partition(), report.accumulators());
      deleteUnless(counts, report);
      if (failure != null) {
        fail(job, failure);
        return;
      }
    } else {
      mapSucceeded(stage, stage.shuffle, attempt, report);
    }
    finishIfComplete(stage);
  }

  private void mapSucceeded(
      Stage stage, ShuffleDependency shuffle, TaskAttempt attempt, TaskReport report) {
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
    boolean differs = shuffles.register(shuffle.id(), map, attempt.id(), sections);
    actions.accept(
        new SchedulerAction.RegisterMapOutput(
            shuffle.id(), lineage.maps(shuffle.id()), map, attempt.id(), file, sections));
    boolean counts =
        accumulators.mapSucceeded(
            shuffle.id(), map, stage.firstJob().id(), stage.id, report.accumulators());
    deleteUnless(counts, report);
    if (differs) {
      changed.handle(shuffle, map, stage, jobs.highest()).forEach(this::fail);
    }
  }

  private void deleteUnless(boolean counts, TaskReport report) {
    for (AccumulatorUpdate update : report.accumulators()) {
      Path file = update.file();
      if (!counts && file != null) {
        actions.accept(new SchedulerAction.DeleteFile(file));
      }
    }
  }

  private void finishIfComplete(Stage stage) {
    if (stage.state.is(StageState.ENDED)) {
      return;
    }
    if (stage.shuffle == null) {
      Job job = stage.firstJob();
      if (job.isComplete()) {
        end(job, "all its partitions are there");
      }
    } else if (shuffles.isComplete(stage.shuffle.id())) {
      stages.detach(stage);
      toldEnd(stage, true);
      stage.state.to(StageState.FINISHED, "all its map outputs are there");
      stage.losses.clear();
      tasks.end(stage.id, "the stage has finished");
      stages.finished(stage);
    }
  }

  @Override
  public void taskFailed(TaskFailure failure) {
    Stage stage = stage(failure.attempt());
    failAll(stage, failure);
  }

  private void failAll(Stage stage, TaskFailure failure) {
    TaskAttempt attempt = failure.attempt();
    for (Job job : new ArrayList<>(stage.jobs)) {
      fail(
          job,
          new JobFailure(
              failure.kind(),
              failure.message(),
              job.id(),
              stage.id,
              attempt.partition(),
              attempt.attempt(),
              failure.attempts(),
              stage.site,
              failure.error(),
              failure.java()));
    }
  }

  @Override
  public void mapOutputLost(TaskAttempt attempt, BlockId.ShuffleMap lost, String message) {
    Stage stage = stage(attempt);
    ShuffleId shuffle = lost.shuffle();
    long writer = shuffles.attempt(shuffle, lost.map());
    if (writer > attempt.id()) {
      return; // It was computed again after this attempt was launched: the new one is to be read.
    }
    if (writer != 0) {
      unregister(lost);
    }
    int times = stage.lost(lost, attempt.stageAttempt());
    if (times >= conf.maxStageAttempts()) {
      String all = message + " (the stage lost this map output in " + times + " attempts in a row)";
      failAll(stage, new TaskFailure("corrupt", all, attempt, attempt.attempt() + 1, null, null));
      return;
    }
    suspend(stage, lost.name() + " was lost");
  }

  private void unregister(BlockId.ShuffleMap lost) {
    shuffles.unregister(lost.shuffle(), lost.map());
    actions.accept(new SchedulerAction.UnregisterMapOutput(lost.shuffle(), lost.map()));
    Stage writer = stages.findMapStage(lost.shuffle());
    if (writer != null && tasks.find(writer.id) != null) {
      tasks.reopen(writer.id, List.of(lost.map()));
    }
  }

  @Override
  public void shuffleMissing(int stage) {
    suspend(
        requireNonNull(stages.find(stage), "a stage without jobs has tasks"),
        "a shuffle that it reads is incomplete");
  }

  private void suspend(Stage stage, String cause) {
    if (stage.state.is(StageState.RUNNING)) {
      tasks.suspend(stage.id);
      toldEnd(stage, false);
      stage.state.to(StageState.WAITING, cause);
      stages.submit(stage, cause);
    } else {
      stages.extend(stage, cause);
    }
  }

  private void fail(Job job, JobFailure failure) {
    if (job.state.is(JobState.RUNNING)) {
      job.failure = failure;
      end(job, failure.message());
    }
  }

  /** Nothing more is to be computed for a job; it hands out its result when its attempts end. */
  private void end(Job job, String reason) {
    job.state.to(JobState.ENDING, reason);
    List<Integer> ending = new ArrayList<>();
    for (Stage stage : stages.leave(job)) {
      toldEnd(stage, stage.shuffle == null && job.isComplete());
      stage.state.to(StageState.ENDED, "no job needs it");
      if (tasks.find(stage.id) != null) {
        ending.add(stage.id);
        draining.put(stage.id, job);
      }
    }
    job.draining.addAll(ending);
    if (ending.isEmpty()) {
      conclude(job);
    }
    ending.forEach(stage -> tasks.end(stage, reason));
  }

  /** Tells listeners that a stage computes nothing more, if it did; before its state changes. */
  private void toldEnd(Stage stage, boolean complete) {
    if (stage.state.is(StageState.RUNNING)) {
      actions.accept(new SchedulerAction.StageEnded(stage.id, stage.attempt, stage.site, complete));
    }
  }

  @Override
  public int barrierRestarted(int stage) {
    Stage restarted = requireNonNull(stages.find(stage), "a stage without jobs has tasks");
    return ++restarted.attempt;
  }

  @Override
  public void drained(int stage) {
    Job job = draining.remove(stage);
    if (job != null) {
      job.draining.remove(stage);
      if (job.draining.isEmpty()) {
        conclude(job);
      }
    }
  }

  private void conclude(Job job) {
    jobs.conclude(job);
    keeper.drop(job.request.target());
    cutIfIdle();
  }

  private Stage stage(TaskAttempt attempt) {
    return requireNonNull(
        stages.find(attempt.stage()), () -> "a stage without jobs has tasks: " + attempt);
  }

  /** Returns what the stages of a job are doing. */
  List<StageProgress> progress(long id) {
    Job job = jobs.find(id);
    if (job == null) {
      return List.of();
    }
    List<StageProgress> progress = new ArrayList<>();
    for (Stage stage : job.stages) {
      int rest =
          stage.shuffle == null
              ? job.wanted - job.rows.size()
              : lineage.maps(stage.shuffle.id()) - shuffles.available(stage.shuffle.id());
      int all = Math.max(stage.tasks, rest);
      TaskSet set = tasks.find(stage.id);
      progress.add(
          new StageProgress(
              stage.id,
              stage.site,
              all,
              all - rest,
              set == null ? 0 : set.failed,
              set == null ? 0 : set.running));
    }
    progress.sort((a, b) -> Integer.compare(a.id(), b.id()));
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
