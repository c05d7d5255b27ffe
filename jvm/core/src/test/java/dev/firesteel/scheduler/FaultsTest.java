package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.NodeId;
import dev.firesteel.job.JobFailure;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.Node;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskOutcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Faults of the scheduler's own: one that comes before anything has changed fails what the event is
 * of, and no other job; one that comes later is told with the events before it.
 */
class FaultsTest {
  private final Stand stand = new Stand(2);

  @Test
  void aJobThatCannotBeLookedAtFailsAlone() {
    long other = stand.submit(stand.draw.range(2));
    long job = stand.submit(tooManyPartitions());
    JobFailure failure = stand.failed(job);
    assertThat(failure.kind()).isEqualTo("internal");
    assertThat(failure.java()).contains("ArithmeticException");
    assertThat(stand.results).doesNotContainKey(other);
    stand.succeedAll();
    stand.succeeded(other);
    stand.assertIdle();
  }

  @Test
  void whatItBroughtWasNotTaken() {
    int before = stand.status().nodes();
    stand.submit(tooManyPartitions());
    assertThat(stand.status().nodes()).isEqualTo(before);
    assertThat(stand.actions(SchedulerAction.RegisterFile.class)).isEmpty();
  }

  @Test
  void theReportTellsOfThatJobAndNotOfOthers() {
    stand.submit(stand.draw.range(2));
    long job = stand.submit(tooManyPartitions());
    SchedulerAction.ReportFault report = report();
    assertThat(report.message()).contains("JobSubmitted", "job " + job);
    assertThat(report.story())
        .containsExactly("0 ExecutorAdded driver", "2 JobSubmitted job " + job + " collect");
  }

  @Test
  void anUpdateThatCannotBeLookedAtIsAnsweredByTheFault() {
    long other = stand.submit(stand.draw.range(2));
    tooManyPartitions();
    LineageUpdate update = stand.draw.update();
    CompletableFuture<String> answer = new CompletableFuture<>();
    stand.post(new SchedulerEvent.LineageUpdated(update, answer));
    assertThat(answer).isCompletedExceptionally();
    stand.succeedAll();
    stand.succeeded(other);
  }

  @Test
  void anAttemptWhoseReportFitsNothingIsTriedAgain() {
    long job = stand.submit(stand.draw.range(1));
    TaskAttempt attempt = stand.task("0.0:0#0").attempt();
    TaskAttempt strange = new TaskAttempt(attempt.id(), attempt.job(), 99, 0, 7, 0);
    stand.running.remove(attempt.id());
    stand.post(
        new SchedulerEvent.TaskEnded("driver", new TaskOutcome.Killed(strange, "nobody knows")));
    assertThat(stand.launched()).containsExactly("0.0:0#1");
    assertThat(report().message()).contains("TaskEnded");
    stand.succeedAll();
    stand.succeeded(job);
    stand.assertIdle();
  }

  @Test
  void anAttemptThatIsNotRunningChangesNothing() {
    long job = stand.submit(stand.draw.range(2));
    TaskAttempt unknown = new TaskAttempt(1_000, job, 0, 0, 0, 0);
    stand.post(
        new SchedulerEvent.TaskEnded("driver", new TaskOutcome.Killed(unknown, "nobody knows")));
    assertThat(report().cause()).hasMessageContaining("no such attempt is running");
    stand.succeedAll();
    stand.succeeded(job);
    stand.assertIdle();
  }

  @Test
  void aTaskThatMeetsNobodyFailsItsJobAndNoOther() {
    long job = stand.submit(stand.draw.range(1));
    TaskAttempt attempt = stand.task("0.0:0#0").attempt();
    long other = stand.submit(stand.draw.range(1));
    stand.post(new SchedulerEvent.BarrierReached(new BarrierCall(attempt, "barrier", 1, "")));
    stand.endKilled();
    assertThat(stand.failed(job).kind()).isEqualTo("internal");
    stand.succeedAll();
    stand.succeeded(other);
    stand.assertIdle();
  }

  @Test
  void aFaultAfterSomethingHasChangedTellsWhatCameBefore() {
    boolean[] broken = {false};
    Scheduler scheduler =
        new Scheduler(
            SchedulerConf.DEFAULT,
            (plan, blocks) -> {
              if (broken[0]) {
                throw new IllegalStateException("broken on purpose");
              }
              return Locality.MOST_BYTES.preferred(plan, blocks);
            });
    Stand stand = new Stand(2, scheduler);
    stand.add("other", 1); // with one executor there is no choice
    long first = stand.submit(stand.draw.range(1));
    stand.submit(stand.draw.range(1));
    broken[0] = true;
    NodeId third = stand.draw.range(1);
    stand.succeed("0.0:0#0"); // nothing waits for its slot
    stand.succeeded(first);
    assertThatThrownBy(() -> stand.submit(third))
        .isInstanceOf(SchedulerFault.class)
        .hasMessageContaining("JobSubmitted")
        .hasRootCauseMessage("broken on purpose")
        .satisfies(
            e ->
                assertThat(((SchedulerFault) e).story())
                    .containsExactly(
                        "0 ExecutorAdded driver",
                        "1 ExecutorAdded other",
                        "2 JobSubmitted job 1 collect",
                        "3 JobSubmitted job 2 collect",
                        "4 Succeeded attempt 1 (job 1, stage 0.0, partition 0, try 0)",
                        "5 JobSubmitted job 3 collect"));
  }

  @Test
  void theLastThousandEventsAreKeptAndQuestionsAreNot() {
    for (int i = 0; i < 1_500; i++) {
      stand.cancel(i);
      stand.status();
      stand.progress(i);
    }
    List<String> history = stand.scheduler.history();
    assertThat(history).hasSize(1_000);
    assertThat(history.get(0)).isEqualTo("501 JobCancelled job 500 wanted");
    assertThat(history.get(999)).isEqualTo("1500 JobCancelled job 1499 wanted");
  }

  /** The number of its partitions has no place in an int. */
  private NodeId tooManyPartitions() {
    NodeId many = stand.draw.range(1 << 20);
    return stand.draw.add(new Node.Product(stand.draw.node(), "cartesian", many, many));
  }

  private SchedulerAction.ReportFault report() {
    List<SchedulerAction.ReportFault> reports = stand.actions(SchedulerAction.ReportFault.class);
    assertThat(reports).hasSize(1);
    return reports.get(0);
  }
}
