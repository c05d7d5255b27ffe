package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.crossing.CrossingFiles;
import dev.firesteel.interpreter.Room;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Log;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import dev.firesteel.worker.Death;
import dev.firesteel.worker.Frame;
import dev.firesteel.worker.FrameType;
import dev.firesteel.worker.Worker;
import dev.firesteel.worker.WorkerException;
import dev.firesteel.worker.WorkerPool;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What an attempt's thread and one worker say to each other, from a plan to its end: the thread
 * answers what the worker asks in mid-task, and hears how it ended. For one thread.
 *
 * <p>Whatever ends the attempt is thrown as an {@link AttemptEndedException}. {@link #close} gives
 * the worker back if it has answered, and ends it if it has not.
 */
final class WorkerTalk implements AutoCloseable {
  private static final Log LOG = Log.of("executor");

  /** Idle workers that turn out to have died are replaced so many times for one plan. */
  private static final int MAX_SENDS = 4;

  private final RunningTask running;
  private final TaskNames names;
  private final WorkerPool workers;
  private final Crossings crossings;
  private final Worker worker;
  private boolean answered;

  private WorkerTalk(
      RunningTask running,
      TaskNames names,
      WorkerPool workers,
      Crossings crossings,
      Worker worker) {
    this.running = running;
    this.names = names;
    this.workers = workers;
    this.crossings = crossings;
    this.worker = worker;
  }

  /**
   * Gives a worker a plan.
   *
   * @param crossings what the plan reads of other halves
   * @param body the body of the TASK frame
   * @throws WorkerException when there is no worker
   */
  static WorkerTalk begin(
      RunningTask running, TaskNames names, WorkerPool workers, Crossings crossings, byte[] body)
      throws WorkerException, InterruptedException {
    requireNonNull(names, "names is null");
    for (int send = 1; ; send++) {
      requireNotKilled(running);
      Worker worker = workers.acquire(running.task.path());
      if (!running.runsOn(worker)) {
        workers.release(worker); // killed while it waited for a worker
        requireNotKilled(running);
      }
      try {
        worker.send(FrameType.TASK, body);
        return new WorkerTalk(running, names, workers, crossings, worker);
      } catch (IOException e) {
        // It died while it was idle and never saw the whole task: another may have it.
        running.leaves(worker);
        workers.discard(worker);
        if (send == MAX_SENDS) {
          throw new WorkerException(
              "The last " + MAX_SENDS + " Python workers had died while they were idle", e);
        }
      }
    }
  }

  private static void requireNotKilled(RunningTask running) {
    String reason = running.killed();
    if (reason != null) {
      throw new AttemptEndedException(new TaskOutcome.Killed(running.attempt(), reason));
    }
  }

  /**
   * Waits for the next frame that is not a question answered here. What a half in Java throws, when
   * the worker asks for its records, comes through.
   */
  Frame hear() throws InterruptedException {
    try {
      while (true) {
        Frame frame = worker.receive();
        if (frame == null) {
          break;
        }
        if (frame.type() == FrameType.SPACE) {
          worker.send(FrameType.GRANT, TaskFrames.grant(extend(frame.fields())));
        } else if (frame.type() == FrameType.MEET) {
          running.meets(worker);
          running.meet.accept(TaskFrames.meet(frame.fields(), running.attempt()));
        } else if (frame.type() == FrameType.NEED) {
          give(frame.fields());
        } else {
          answered = frame.type() == FrameType.DONE || frame.type() == FrameType.FAILED;
          return frame;
        }
      }
    } catch (IOException e) {
      LOG.debug("Worker " + worker.pid() + " is gone: " + e);
    }
    throw ended();
  }

  private void give(Fields wanted) throws IOException {
    int crossing = wanted.integer("crossing");
    CrossingFiles.Batch batch;
    try {
      batch = crossings.give(crossing);
    } catch (IOException e) {
      throw new AttemptEndedException(
          new TaskOutcome.Failed(
              running.attempt(),
              new FailureReport(
                  FailureKind.DISK,
                  "A batch for Python can't be written: " + e,
                  null,
                  null,
                  null)));
    }
    worker.send(FrameType.BATCH, TaskFrames.batch(crossing, batch));
    crossings.gave(crossing);
  }

  /** Wants another batch of the crossing that the worker writes, or no more. */
  void need(int crossing, boolean more) throws InterruptedException {
    try {
      worker.send(FrameType.NEED, TaskFrames.need(crossing, more));
    } catch (IOException e) {
      LOG.debug("Worker " + worker.pid() + " is gone: " + e);
      throw ended();
    }
  }

  private Room.Grant extend(Fields wanted) {
    try {
      return names.extend(wanted.string("block"), wanted.number("bytes"), wanted.number("least"));
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("A worker asked for space that it can't have", e);
    }
  }

  /** The connection has ended, which a worker does by ending. */
  private AttemptEndedException ended() throws InterruptedException {
    requireNotKilled(running);
    Death death = worker.awaitDeath(2, TimeUnit.SECONDS);
    String stack = death.stack();
    return new AttemptEndedException(
        new TaskOutcome.WorkerDied(
            running.attempt(),
            worker.pid(),
            death.how(),
            stack == null ? null : Msgpack.pack(Map.of("traceback", stack))));
  }

  /**
   * What the worker reports of a plan that it has carried out.
   *
   * @throws ProtocolException when that can't be understood
   */
  TaskReport report(Frame done) {
    return TaskFrames.done(done.fields(), running.attempt(), names::written);
  }

  /** How the attempt ends by a frame that ends it. */
  TaskOutcome outcome(Frame frame) {
    try {
      switch (frame.type()) {
        case DONE:
          return new TaskOutcome.Succeeded(running.attempt(), report(frame));
        case FAILED:
          TaskFrames.damagedTable(frame.fields()).ifPresent(names::tableLost);
          return new TaskOutcome.Failed(running.attempt(), TaskFrames.failed(frame.fields()));
        case HELLO:
        case TASK:
        case FORK:
        case KILL:
        case DIED:
        case READY:
        case SPACE:
        case GRANT:
        case MEET:
        case MET:
        case NEED:
        case BATCH:
          break;
      }
      throw new ProtocolException("A worker answered a task with a frame " + frame.type());
    } catch (ProtocolException e) {
      throw misunderstood(e);
    }
  }

  /** The worker has said something else than what this half of the plan waits for. */
  AttemptEndedException misplaced(Frame frame) {
    TaskOutcome outcome =
        frame.type() == FrameType.FAILED
            ? outcome(frame)
            : misunderstood(
                    new ProtocolException("A worker sent a frame " + frame.type() + " out of turn"))
                .outcome();
    return new AttemptEndedException(outcome);
  }

  /** The worker said something that can't be understood. */
  AttemptEndedException misunderstood(ProtocolException cause) {
    LOG.error("Worker " + worker.pid() + " sent an answer that can't be understood", cause);
    FailureReport report =
        new FailureReport(
            FailureKind.INTERNAL, String.valueOf(cause.getMessage()), null, null, null);
    answered = false;
    return new AttemptEndedException(new TaskOutcome.Failed(running.attempt(), report));
  }

  /** Gives the worker back, or ends it when it has not answered. */
  @Override
  public void close() {
    boolean untouched = running.leaves(worker);
    if (answered && untouched) {
      workers.release(worker);
      return;
    }
    if (!answered) {
      workers.kill(worker);
    }
    workers.discard(worker); // a KILL is under way to it, or it has ended
  }
}
