package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.engine.Engine;
import dev.firesteel.engine.EngineStatus;
import dev.firesteel.engine.JobRequest;
import dev.firesteel.engine.StageProgress;
import dev.firesteel.executor.BarrierCall;
import dev.firesteel.executor.TaskOutcome;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.NodeId;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.storage.BlockId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Something that happened outside the scheduler. */
public sealed interface SchedulerEvent {

  /** Calls the method of the handler that belongs to this event. */
  void dispatch(Handler handler);

  /** One method for each kind of event. */
  interface Handler {
    /** Handles {@link JobSubmitted}. */
    void on(JobSubmitted event);

    /** Handles {@link JobCancelled}. */
    void on(JobCancelled event);

    /** Handles {@link JobExpired}. */
    void on(JobExpired event);

    /** Handles {@link AllJobsCancelled}. */
    void on(AllJobsCancelled event);

    /** Handles {@link LineageUpdated}. */
    void on(LineageUpdated event);

    /** Handles {@link NodeHeld}. */
    void on(NodeHeld event);

    /** Handles {@link PathTold}. */
    void on(PathTold event);

    /** Handles {@link DriverEnded}. */
    void on(DriverEnded event);

    /** Handles {@link TaskEnded}. */
    void on(TaskEnded event);

    /** Handles {@link BarrierReached}. */
    void on(BarrierReached event);

    /** Handles {@link BlockLost}. */
    void on(BlockLost event);

    /** Handles {@link ProgressAsked}. */
    void on(ProgressAsked event);

    /** Handles {@link StatusAsked}. */
    void on(StatusAsked event);
  }

  /** A driver wants a job. */
  record JobSubmitted(JobRequest request) implements SchedulerEvent {
    public JobSubmitted {
      requireNonNull(request, "request is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A job is to end. */
  record JobCancelled(long job, String reason) implements SchedulerEvent {
    public JobCancelled {
      requireNonNull(reason, "reason is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A job is to end with what it has. */
  record JobExpired(long job) implements SchedulerEvent {
    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * All jobs are to end.
   *
   * @param kind the kind of their failure: cancelled, stopped or internal
   */
  record AllJobsCancelled(String kind, String reason) implements SchedulerEvent {
    public AllJobsCancelled {
      requireNonNull(kind, "kind is null");
      requireNonNull(reason, "reason is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * A driver says something about its lineage.
   *
   * @param answer takes what is wrong with it, or an empty string
   */
  record LineageUpdated(LineageUpdate update, Consumer<String> answer) implements SchedulerEvent {
    public LineageUpdated {
      requireNonNull(answer, "answer is null");
      requireNonNull(update, "update is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * A name, or a driver that did not make it, wants to keep a node.
   *
   * @param answer takes what there is to know of it, or nothing when it is not there
   */
  record NodeHeld(int holder, NodeId node, Consumer<Optional<NodeView>> answer)
      implements SchedulerEvent {
    public NodeHeld {
      requireNonNull(answer, "answer is null");
      requireNonNull(node, "node is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A driver that has asked for no job says where its Python functions find modules. */
  record PathTold(int driver, List<String> path) implements SchedulerEvent {
    public PathTold {
      path = List.copyOf(path);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * A driver has ended, and refers to nothing any more.
   *
   * @param answer takes what is left of all drivers when what it kept is released
   */
  record DriverEnded(int driver, Consumer<Engine.Left> answer) implements SchedulerEvent {
    public DriverEnded {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A task of a barrier stage waits for the others. */
  record BarrierReached(BarrierCall call) implements SchedulerEvent {
    public BarrierReached {
      requireNonNull(call, "call is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** A task attempt ended. */
  record TaskEnded(TaskOutcome outcome) implements SchedulerEvent {
    public TaskEnded {
      requireNonNull(outcome, "outcome is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /**
   * A persisted block has gone, for example to make room for others.
   *
   * @param attempt the attempt that had written it: if the block has been computed again since, the
   *     new one is not meant
   */
  record BlockLost(BlockId.Rdd block, long attempt) implements SchedulerEvent {
    public BlockLost {
      requireNonNull(block, "block is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** Somebody wants to know what the stages of a job are doing. */
  record ProgressAsked(long job, Consumer<List<StageProgress>> answer) implements SchedulerEvent {
    public ProgressAsked {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }

  /** Somebody wants to know what there is. */
  record StatusAsked(Consumer<EngineStatus> answer) implements SchedulerEvent {
    public StatusAsked {
      requireNonNull(answer, "answer is null");
    }

    @Override
    public void dispatch(Handler handler) {
      handler.on(this);
    }
  }
}
