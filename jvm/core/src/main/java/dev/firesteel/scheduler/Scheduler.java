package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.engine.Engine;
import dev.firesteel.engine.EngineStatus;
import dev.firesteel.engine.EngineStatus.ExecutorStatus;
import dev.firesteel.engine.StageProgress;
import dev.firesteel.lineage.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The scheduler as seen from outside: events in, actions out. A pure state machine: no thread, no
 * lock, no IO, no clock. One thread at a time may use it.
 */
public final class Scheduler {
  private final DagScheduler dag;
  private final Events events = new Events();
  private List<SchedulerAction> actions = new ArrayList<>();

  /** Creates a scheduler without executors. */
  public Scheduler(SchedulerConf conf) {
    this.dag =
        new DagScheduler(
            requireNonNull(conf, "conf is null"), Locality.NONE, action -> actions.add(action));
  }

  /** An executor offers its slots from now on. */
  public void addExecutor(String id, int slots) {
    dag.tasks().addExecutor(requireNonNull(id, "id is null"), slots);
  }

  /**
   * Handles an event; returns what is to be done, in this order. If it throws, then what was to be
   * done until then is returned by the next call.
   */
  public List<SchedulerAction> handle(SchedulerEvent event) {
    event.dispatch(events);
    dag.tasks().offer();
    List<SchedulerAction> result = actions;
    actions = new ArrayList<>();
    return result;
  }

  private final class Events implements SchedulerEvent.Handler {
    @Override
    public void on(SchedulerEvent.JobSubmitted event) {
      dag.submit(event.request());
    }

    @Override
    public void on(SchedulerEvent.JobCancelled event) {
      dag.cancel(event.job(), "cancelled", event.reason());
    }

    @Override
    public void on(SchedulerEvent.JobExpired event) {
      dag.expire(event.job());
    }

    @Override
    public void on(SchedulerEvent.AllJobsCancelled event) {
      dag.cancelAll(event.kind(), event.reason());
    }

    @Override
    public void on(SchedulerEvent.LineageUpdated event) {
      String fault = dag.update(event.update());
      answer(() -> event.answer().accept(fault));
    }

    @Override
    public void on(SchedulerEvent.NodeHeld event) {
      Optional<NodeView> held = dag.hold(event.holder(), event.node());
      answer(() -> event.answer().accept(held));
    }

    @Override
    public void on(SchedulerEvent.PathTold event) {
      dag.pathTold(event.driver(), event.path());
    }

    @Override
    public void on(SchedulerEvent.DriverEnded event) {
      Engine.Left left = dag.driverEnded(event.driver());
      answer(() -> event.answer().accept(left));
    }

    @Override
    public void on(SchedulerEvent.TaskEnded event) {
      dag.tasks().ended(event.outcome());
    }

    @Override
    public void on(SchedulerEvent.BarrierReached event) {
      dag.tasks().reached(event.call());
    }

    @Override
    public void on(SchedulerEvent.BlockLost event) {
      dag.tasks().blockLost(event.block(), event.attempt());
    }

    @Override
    public void on(SchedulerEvent.ProgressAsked event) {
      List<StageProgress> stages = dag.progress(event.job());
      answer(() -> event.answer().accept(stages));
    }

    @Override
    public void on(SchedulerEvent.StatusAsked event) {
      EngineStatus status = status();
      answer(() -> event.answer().accept(status));
    }

    private void answer(Runnable answer) {
      actions.add(new SchedulerAction.Answer(answer));
    }
  }

  private EngineStatus status() {
    TaskScheduler tasks = dag.tasks();
    return new EngineStatus(
        dag.jobs().size(),
        dag.stages().size(),
        tasks.runningCount(),
        tasks.claims().size(),
        dag.lineage().nodeCount(),
        dag.lineage().shuffleCount(),
        tasks.blockCount(),
        tasks.slots().executors().stream()
            .map(executor -> new ExecutorStatus(executor.id, executor.slots, executor.free()))
            .toList());
  }

  /** Checks what must hold between events; for tests. */
  void checkInvariants() {
    dag.stages().checkInvariants();
    dag.tasks().checkInvariants();
  }
}
