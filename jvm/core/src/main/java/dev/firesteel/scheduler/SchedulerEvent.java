package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.job.EngineStatus;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.StageProgress;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.lineage.RemainingLineage;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskOutcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened outside the scheduler. An event is handled in two steps, so that a fault
 * fails no more than it has to: the handler looks at it and changes nothing, and the step that it
 * returns makes the changes. A fault in the first fails the event's {@link Origin}, a fault in the
 * second every job.
 */
public sealed interface SchedulerEvent {

  /**
   * Calls the method of the handler that belongs to this event.
   *
   * @return the step that makes the changes
   */
  Runnable dispatch(Handler handler);

  /** Returns where this event comes from: what fails when it cannot be handled. */
  Origin origin();

  /** Returns what is kept of this event for {@link EventHistory}; null for mere questions. */
  @Nullable EventStory story();

  /** One method for each kind of event. */
  interface Handler {
    /** Looks at {@link JobSubmitted}. */
    Runnable on(JobSubmitted event);

    /** Looks at {@link JobCancelled}. */
    Runnable on(JobCancelled event);

    /** Looks at {@link FinishAsked}. */
    Runnable on(FinishAsked event);

    /** Looks at {@link AllJobsCancelled}. */
    Runnable on(AllJobsCancelled event);

    /** Looks at {@link LineageUpdated}. */
    Runnable on(LineageUpdated event);

    /** Looks at {@link NodeHeld}. */
    Runnable on(NodeHeld event);

    /** Looks at {@link PathTold}. */
    Runnable on(PathTold event);

    /** Looks at {@link DriverEnded}. */
    Runnable on(DriverEnded event);

    /** Looks at {@link ExecutorAdded}. */
    Runnable on(ExecutorAdded event);

    /** Looks at {@link ExecutorLost}. */
    Runnable on(ExecutorLost event);

    /** Looks at {@link TaskEnded}. */
    Runnable on(TaskEnded event);

    /** Looks at {@link BarrierReached}. */
    Runnable on(BarrierReached event);

    /** Looks at {@link BlockLost}. */
    Runnable on(BlockLost event);

    /** Looks at {@link ProgressAsked}. */
    Runnable on(ProgressAsked event);

    /** Looks at {@link StagesAsked}. */
    Runnable on(StagesAsked event);

    /** Looks at {@link StageAsked}. */
    Runnable on(StageAsked event);

    /** Looks at {@link StatusAsked}. */
    Runnable on(StatusAsked event);
  }

  /** An event whose sender waits for an answer, which is the fault when it cannot be handled. */
  sealed interface Answered extends SchedulerEvent {
    /** Takes the answer. */
    CompletableFuture<?> answer();

    @Override
    default Origin origin() {
      return new Origin.Question(answer());
    }

    @Override
    default @Nullable EventStory story() {
      return null;
    }
  }

  /** An event that nobody waits for. */
  sealed interface Unawaited extends SchedulerEvent {
    @Override
    default Origin origin() {
      return Origin.ENGINE;
    }
  }

  /** A driver wants a job. */
  record JobSubmitted(JobRequest request) implements SchedulerEvent {
    public JobSubmitted {
      requireNonNull(request, "request is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Job(request.job(), request.site());
    }

    @Override
    public EventStory story() {
      return new EventStory(JobSubmitted.class, request.job(), request.site());
    }
  }

  /** A job is to end. */
  record JobCancelled(long job, String reason) implements SchedulerEvent {
    public JobCancelled {
      requireNonNull(reason, "reason is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Job(job, "");
    }

    @Override
    public EventStory story() {
      return new EventStory(JobCancelled.class, job, reason);
    }
  }

  /** A job is to end with what it has. */
  record FinishAsked(long job) implements SchedulerEvent {
    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Job(job, "");
    }

    @Override
    public EventStory story() {
      return new EventStory(FinishAsked.class, job, "");
    }
  }

  /**
   * All jobs are to end.
   *
   * @param kind the kind of their failure: stopped or internal
   */
  record AllJobsCancelled(String kind, String reason) implements Unawaited {
    public AllJobsCancelled {
      requireNonNull(kind, "kind is null");
      requireNonNull(reason, "reason is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public EventStory story() {
      return new EventStory(AllJobsCancelled.class, EventStory.NO_JOB, reason);
    }
  }

  /**
   * A driver says something about its lineage.
   *
   * @param answer takes what is wrong with it, or an empty string
   */
  record LineageUpdated(LineageUpdate update, CompletableFuture<String> answer)
      implements Answered {
    public LineageUpdated {
      requireNonNull(answer, "answer is null");
      requireNonNull(update, "update is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public EventStory story() {
      return new EventStory(LineageUpdated.class, EventStory.NO_JOB, "");
    }
  }

  /**
   * A name, or a driver that did not make it, wants to keep a node.
   *
   * @param answer takes what there is to know of it, or nothing when it is not there
   */
  record NodeHeld(int holder, NodeId node, CompletableFuture<Optional<NodeView>> answer)
      implements Answered {
    public NodeHeld {
      requireNonNull(answer, "answer is null");
      requireNonNull(node, "node is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public EventStory story() {
      return new EventStory(NodeHeld.class, EventStory.NO_JOB, node);
    }
  }

  /** A driver that has asked for no job says where its Python functions find modules. */
  record PathTold(int driver, List<String> path) implements Unawaited {
    public PathTold {
      path = List.copyOf(path);
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public EventStory story() {
      return new EventStory(PathTold.class, EventStory.NO_JOB, "driver " + driver);
    }
  }

  /**
   * A driver has ended, and refers to nothing any more.
   *
   * @param answer takes what is left of all drivers when what it kept is released
   */
  record DriverEnded(int driver, CompletableFuture<RemainingLineage> answer) implements Answered {
    public DriverEnded {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public EventStory story() {
      return new EventStory(DriverEnded.class, EventStory.NO_JOB, "driver " + driver);
    }
  }

  /** A task of a barrier stage waits for the others. */
  record BarrierReached(BarrierCall call) implements SchedulerEvent {
    public BarrierReached {
      requireNonNull(call, "call is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Attempt(call.attempt(), false);
    }

    @Override
    public EventStory story() {
      return new EventStory(BarrierReached.class, call.attempt().job(), call.attempt());
    }
  }

  /**
   * An executor offers its slots from now on.
   *
   * @param id names this executor and no other, not even one that takes its place
   */
  record ExecutorAdded(String id, int slots) implements Unawaited {
    public ExecutorAdded {
      requireNonNull(id, "id is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public EventStory story() {
      return new EventStory(ExecutorAdded.class, EventStory.NO_JOB, id);
    }
  }

  /**
   * An executor is gone, and all that it had: attempts, blocks, map outputs and results. What it
   * says later is not heard.
   *
   * @param reason a clause such as {@code "its process was killed by SIGKILL"}
   */
  record ExecutorLost(String id, String reason) implements Unawaited {
    public ExecutorLost {
      requireNonNull(id, "id is null");
      requireNonNull(reason, "reason is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public EventStory story() {
      return new EventStory(ExecutorLost.class, EventStory.NO_JOB, id + ": " + reason);
    }
  }

  /**
   * A task attempt ended.
   *
   * @param executor which executor says so
   */
  record TaskEnded(String executor, TaskOutcome outcome) implements SchedulerEvent {
    public TaskEnded {
      requireNonNull(executor, "executor is null");
      requireNonNull(outcome, "outcome is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Attempt(outcome.attempt(), true);
    }

    @Override
    public EventStory story() {
      // Reports are large; the other outcomes are a few words.
      boolean report =
          outcome instanceof TaskOutcome.Succeeded || outcome instanceof TaskOutcome.Failed;
      Object subject = report ? outcome.attempt() : outcome;
      return new EventStory(outcome.getClass(), outcome.attempt().job(), subject);
    }
  }

  /**
   * A persisted block has gone, for example to make room for others.
   *
   * @param attempt the attempt that had written it: if the block has been computed again since, the
   *     new one is not meant
   */
  record BlockLost(BlockId.Rdd block, long attempt) implements Unawaited {
    public BlockLost {
      requireNonNull(block, "block is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public EventStory story() {
      return new EventStory(BlockLost.class, EventStory.NO_JOB, block);
    }
  }

  /** Somebody wants to know what the stages of a job are doing. */
  record ProgressAsked(long job, CompletableFuture<List<StageProgress>> answer)
      implements Answered {
    public ProgressAsked {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Question(answer);
    }
  }

  /** Somebody wants to know which stages a job has, or had. */
  record StagesAsked(long job, CompletableFuture<List<Integer>> answer) implements Answered {
    public StagesAsked {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Question(answer);
    }
  }

  /** Somebody wants to know what a stage is doing, or has done. */
  record StageAsked(int stage, CompletableFuture<Optional<StageProgress>> answer)
      implements Answered {
    public StageAsked {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Question(answer);
    }
  }

  /** Somebody wants to know what there is. */
  record StatusAsked(CompletableFuture<EngineStatus> answer) implements Answered {
    public StatusAsked {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public Runnable dispatch(Handler handler) {
      return handler.on(this);
    }

    @Override
    public Origin origin() {
      return new Origin.Question(answer);
    }
  }
}
