package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.job.EngineStatus;
import dev.firesteel.job.EngineStatus.ExecutorStatus;
import dev.firesteel.job.StageProgress;
import dev.firesteel.lineage.LineageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The scheduler as seen from outside: events in, actions out. A pure state machine: no thread, no
 * lock, no IO, no clock. One thread at a time may use it.
 */
public final class Scheduler {
  private final DagScheduler dag;
  private final Events events = new Events();
  private final EventHistory history = new EventHistory();
  private List<SchedulerAction> actions = new ArrayList<>();

  /** Creates a scheduler without executors. */
  public Scheduler(SchedulerConf conf) {
    this(conf, Locality.MOST_BYTES);
  }

  /** Creates a scheduler without executors that prefers executors in this way. */
  Scheduler(SchedulerConf conf, Locality locality) {
    this.dag =
        new DagScheduler(
            requireNonNull(conf, "conf is null"), locality, action -> actions.add(action));
  }

  /**
   * Handles an event; returns what is to be done, in this order.
   *
   * @throws SchedulerFault if it fails when it has begun to change something; what was to be done
   *     until then is returned by the next call
   */
  public List<SchedulerAction> handle(SchedulerEvent event) {
    EventStory story = event.story();
    if (story != null) {
      history.add(story);
    }
    try {
      look(event).run();
      dag.tasks().offer();
    } catch (RuntimeException | Error e) {
      throw new SchedulerFault("The scheduler failed at " + name(event), e, history.all());
    }
    List<SchedulerAction> result = actions;
    actions = new ArrayList<>();
    return result;
  }

  /** Looks at an event; returns the step that makes the changes, or fails what the event is of. */
  private Runnable look(SchedulerEvent event) {
    try {
      return event.dispatch(events);
    } catch (RuntimeException | Error e) {
      return () -> event.origin().accept(new Failing(name(event), e));
    }
  }

  private static String name(SchedulerEvent event) {
    return event.getClass().getSimpleName();
  }

  /** Returns the last events, the oldest first, one a line. */
  public List<String> history() {
    return history.all();
  }

  private final class Events implements SchedulerEvent.Handler {
    @Override
    public Runnable on(SchedulerEvent.JobSubmitted event) {
      return dag.submit(event.request());
    }

    @Override
    public Runnable on(SchedulerEvent.JobCancelled event) {
      return () -> dag.cancel(event.job(), "cancelled", event.reason());
    }

    @Override
    public Runnable on(SchedulerEvent.FinishAsked event) {
      return () -> dag.finish(event.job());
    }

    @Override
    public Runnable on(SchedulerEvent.AllJobsCancelled event) {
      return () -> dag.cancelAll(event.kind(), event.reason());
    }

    @Override
    public Runnable on(SchedulerEvent.LineageUpdated event) {
      try {
        Runnable update = dag.update(event.update());
        return () -> {
          update.run();
          answer(event.answer(), "");
        };
      } catch (LineageException e) {
        return () -> answer(event.answer(), String.valueOf(e.getMessage()));
      }
    }

    @Override
    public Runnable on(SchedulerEvent.NodeHeld event) {
      return () -> answer(event.answer(), dag.hold(event.holder(), event.node()));
    }

    @Override
    public Runnable on(SchedulerEvent.PathTold event) {
      return () -> dag.pathTold(event.driver(), event.path());
    }

    @Override
    public Runnable on(SchedulerEvent.DriverEnded event) {
      return () -> answer(event.answer(), dag.driverEnded(event.driver()));
    }

    @Override
    public Runnable on(SchedulerEvent.ExecutorAdded event) {
      SlotPool slots = dag.tasks().slots();
      ExecutorSlots executor = slots.check(new ExecutorSlots(event.id(), event.slots()));
      return () -> slots.add(executor);
    }

    @Override
    public Runnable on(SchedulerEvent.ExecutorLost event) {
      ExecutorSlots executor = dag.tasks().slots().find(event.id());
      return executor == null ? () -> {} : () -> dag.executorLost(executor, event.reason());
    }

    @Override
    public Runnable on(SchedulerEvent.TaskEnded event) {
      TaskScheduler tasks = dag.tasks();
      if (tasks.slots().isLost(event.executor())) {
        return () -> {}; // Its attempts have been ended already.
      }
      tasks.checkRunning(event.outcome().attempt());
      return () -> {
        actions.add(new SchedulerAction.AttemptEnded(event.outcome()));
        tasks.ended(event.outcome());
      };
    }

    @Override
    public Runnable on(SchedulerEvent.BarrierReached event) {
      return dag.tasks().reached(event.call());
    }

    @Override
    public Runnable on(SchedulerEvent.BlockLost event) {
      return () -> dag.tasks().blockLost(event.block(), event.attempt());
    }

    @Override
    public Runnable on(SchedulerEvent.ProgressAsked event) {
      List<StageProgress> stages = dag.progress().of(event.job());
      return () -> answer(event.answer(), stages);
    }

    @Override
    public Runnable on(SchedulerEvent.StagesAsked event) {
      List<Integer> stages = dag.progress().stagesOf(event.job());
      return () -> answer(event.answer(), stages);
    }

    @Override
    public Runnable on(SchedulerEvent.StageAsked event) {
      Optional<StageProgress> stage = dag.progress().stage(event.stage());
      return () -> answer(event.answer(), stage);
    }

    @Override
    public Runnable on(SchedulerEvent.StatusAsked event) {
      EngineStatus status = status();
      return () -> answer(event.answer(), status);
    }

    private <T> void answer(CompletableFuture<T> question, T answer) {
      actions.add(new SchedulerAction.Answer(() -> question.complete(answer)));
    }
  }

  /** Fails what an event is of that could not be handled, and nothing else. */
  private final class Failing implements Origin.Visitor {
    private final String event;
    private final Throwable cause;

    Failing(String event, Throwable cause) {
      this.event = event;
      this.cause = cause;
    }

    private void report(String what, List<String> story) {
      String message = "The scheduler failed at " + event + ", which fails " + what;
      actions.add(new SchedulerAction.ReportFault(message, cause, story));
    }

    @Override
    public void visit(Origin.Job origin) {
      report("job " + origin.job(), history.of(origin.job()));
      dag.fault(origin.job(), origin.site(), cause);
    }

    @Override
    public void visit(Origin.Attempt origin) {
      report(origin.attempt().toString(), history.of(origin.attempt().job()));
      dag.tasks().fault(origin, cause);
    }

    @Override
    public void visit(Origin.Question origin) {
      report("who asked", history.all());
      actions.add(new SchedulerAction.Answer(() -> origin.answer().completeExceptionally(cause)));
    }

    @Override
    public void visit(Origin.Engine origin) {
      report("nothing else", history.all());
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
