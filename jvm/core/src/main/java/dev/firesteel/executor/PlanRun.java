package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.interpreter.CorruptTableException;
import dev.firesteel.lineage.Language;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import dev.firesteel.worker.WorkerException;
import dev.firesteel.worker.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries out the plan of one attempt: gives its parts to workers and to the interpreter of Java
 * functions, and says how it ended. It knows names and where they lead, not who keeps the files; so
 * it serves any engine that can name them. For the attempt's thread.
 */
public final class PlanRun {
  private static final Log LOG = Log.of("executor");

  private final RunningTask running;
  private final TaskNames names;
  private final Path scratch;
  private final Runners runners;

  /**
   * Who runs the parts of plans.
   *
   * @param workers the parts in Python
   * @param java the parts in Java
   * @param settings what every task is told
   */
  public record Runners(WorkerPool workers, JavaTasks java, ExecutorSettings settings) {
    public Runners {
      requireNonNull(workers, "workers is null");
      requireNonNull(java, "java is null");
      requireNonNull(settings, "settings is null");
    }
  }

  /**
   * A plan to be run.
   *
   * @param running the attempt, as whoever kills it sees it
   * @param names where its names lead
   * @param scratch a directory of the attempt's own, with a directory around it that other attempts
   *     may share
   */
  public PlanRun(RunningTask running, TaskNames names, Path scratch, Runners runners) {
    this.running = requireNonNull(running, "running is null");
    this.names = requireNonNull(names, "names is null");
    this.scratch = requireNonNull(scratch, "scratch is null");
    this.runners = requireNonNull(runners, "runners is null");
  }

  /**
   * Runs all parts of the plan, the outermost first. What it wrote under its names is the caller's
   * to keep or to remove.
   *
   * @return how it ended: a failure of the plan, or of a worker, is an answer, not an exception
   */
  public TaskOutcome run() throws IOException, InterruptedException {
    boolean succeeded = false;
    try {
      TaskOutcome outcome = carriedOut();
      succeeded = outcome instanceof TaskOutcome.Succeeded;
      return outcome;
    } catch (WorkerException e) {
      return new TaskOutcome.LaunchFailed(
          running.attempt(), String.valueOf(e.getMessage()), e.isLasting());
    } finally {
      if (!succeeded) {
        removeUpdates();
      }
    }
  }

  private TaskOutcome carriedOut() throws IOException, WorkerException, InterruptedException {
    TaskPlan plan = running.task.plan();
    TaskOutcome outcome;
    try (JavaAttempt java = new JavaAttempt(runners.java(), running, names, scratch);
        Crossings crossings = new Crossings(running, names, runners, scratch, java)) {
      java.crossings(crossings::read);
      TaskReport report =
          plan.language() == Language.JAVA
              ? java.report(java.run(plan.sink()))
              : onWorker(crossings);
      outcome =
          new TaskOutcome.Succeeded(
              running.attempt(), report.with(crossings.finish()).with(java.reports()));
    } catch (WorkerException | InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      if (e instanceof CorruptTableException damage && running.killed() == null) {
        names.tableLost(damage.shuffle());
      }
      String killed = running.killed();
      return killed == null
          ? JavaTasks.failed(running.attempt(), e)
          : new TaskOutcome.Killed(running.attempt(), killed);
    }
    return outcome;
  }

  private TaskReport onWorker(Crossings crossings) throws WorkerException, InterruptedException {
    byte[] body =
        TaskFrames.task(
            running.task, names.locations(), names.space(), scratch, runners.settings());
    try (WorkerTalk talk = WorkerTalk.begin(running, names, runners.workers(), crossings, body)) {
      TaskOutcome outcome = talk.outcome(talk.hear());
      if (outcome instanceof TaskOutcome.Succeeded done) {
        return done.report();
      }
      throw new AttemptEndedException(outcome);
    }
  }

  /**
   * Workers put large updates of accumulators beside the scratch directory, and tell of it last:
   * that of the whole plan, or those of the halves.
   */
  private void removeUpdates() {
    String name = "accumulators_" + running.attempt().id();
    List<String> all = new ArrayList<>(List.of(name));
    running.task.plan().crossings().forEach(crossing -> all.add(name + "_" + crossing.number()));
    for (String each : all) {
      removeUpdates(scratch.resolveSibling(each));
      removeUpdates(scratch.resolveSibling(each + ".tmp"));
    }
  }

  private static void removeUpdates(Path path) {
    try {
      FileTrees.delete(path);
    } catch (IOException e) {
      LOG.warn("The file " + path + " of a failed task can't be removed: " + e);
    }
  }
}
