package dev.firesteel.engine;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.firesteel.scheduler.Scheduler;
import dev.firesteel.scheduler.SchedulerAction;
import dev.firesteel.scheduler.SchedulerEvent;
import dev.firesteel.scheduler.SchedulerFault;
import dev.firesteel.util.Log;
import dev.firesteel.util.Threads;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;

/**
 * The thread "firesteel-scheduler", the only user of the {@link Scheduler}: takes events from a
 * queue, has them handled, and carries out the actions. Any thread may post.
 *
 * <p>A {@link SchedulerFault} is a fault of ours. The scheduler's state may be damaged then, so all
 * jobs are failed by {@code onFault}; the loop itself goes on, to end what is running. So it is
 * when an action fails: what the scheduler holds for done has not been done.
 */
final class SchedulerLoop {
  private static final Log LOG = Log.of("scheduler");

  /** Ends the loop when it is taken from the queue. */
  private static final Object END = new Object();

  private final Scheduler scheduler;
  private final SchedulerAction.Handler actions;
  private final BiConsumer<SchedulerEvent, Throwable> onFault;
  private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  SchedulerLoop(
      Scheduler scheduler,
      SchedulerAction.Handler actions,
      BiConsumer<SchedulerEvent, Throwable> onFault) {
    this.scheduler = requireNonNull(scheduler, "scheduler is null");
    this.actions = requireNonNull(actions, "actions is null");
    this.onFault = requireNonNull(onFault, "onFault is null");
    this.thread = Threads.daemon("firesteel-scheduler", this::run);
  }

  void start() {
    thread.start();
  }

  /** Adds an event; without effect after the end. */
  void post(SchedulerEvent event) {
    queue.add(requireNonNull(event, "event is null"));
  }

  /**
   * Ends the loop when the events that were posted before have been handled, and waits for that.
   */
  void end() throws InterruptedException {
    queue.add(END);
    if (Thread.currentThread() != thread) {
      thread.join();
    }
  }

  private void run() {
    while (true) {
      Object next;
      try {
        next = queue.take();
      } catch (InterruptedException e) {
        LOG.warn("The scheduler's thread was interrupted, and goes on", e);
        continue;
      }
      if (next == END) {
        return;
      }
      handle((SchedulerEvent) next);
    }
  }

  private void handle(SchedulerEvent event) {
    List<SchedulerAction> wanted;
    try {
      wanted = scheduler.handle(event);
    } catch (SchedulerFault e) {
      Throwable cause = requireNonNullElse(e.getCause(), e);
      report(String.valueOf(e.getMessage()), cause, e.story());
      onFault.accept(event, cause);
      return; // What it wanted before it failed comes with the next event.
    }
    for (SchedulerAction action : wanted) {
      try {
        action.dispatch(actions);
      } catch (RuntimeException | Error e) {
        // The others are carried out all the same: a launch that got lost would hold its slot.
        report("The engine failed at " + action.getClass().getSimpleName(), e, scheduler.history());
        onFault.accept(event, e);
      }
    }
  }

  /** Writes a fault to the log, with the events that came before. */
  void report(String message, Throwable cause, List<String> story) {
    LOG.error(
        message + ". The last events, the latest at the end:\n  " + String.join("\n  ", story),
        cause);
  }
}
