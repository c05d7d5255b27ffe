package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.job.EngineStatus.ExecutorStatus;
import dev.firesteel.lineage.Drawing;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executors that come and go: what ran on a lost one, and what it had, is done again elsewhere. */
class ExecutorsTest {
  private final Stand stand = new Stand(1); // on the executor "driver"
  private final Drawing draw = stand.draw;

  @AfterEach
  void nothingIsLeft() {
    stand.assertIdle();
  }

  @Test
  void anExecutorThatComesGetsTasks() {
    stand.submit(draw.range(3));
    assertThat(stand.launched()).containsExactly("0.0:0#0");
    stand.add("b", 1);
    assertThat(stand.on.values()).containsExactly("driver", "b");
    stand.succeedAll();
  }

  @Test
  void whatRanOnALostExecutorRunsElsewhere() {
    stand.add("b", 2);
    long job = stand.submit(draw.range(3));
    stand.lose("b");
    assertThat(stand.status().executors()).containsExactly(new ExecutorStatus("driver", 1, 0));
    assertThat(stand.actions(SchedulerAction.Kill.class)).isEmpty();
    assertThat(stand.actions(SchedulerAction.ReleaseExecutor.class)).hasSize(1);
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(3);
  }

  @Test
  void tasksWaitWhileThereIsNoExecutor() {
    long job = stand.submit(draw.range(2));
    stand.lose("driver");
    assertThat(stand.launched()).isEmpty();
    assertThat(stand.results).isEmpty();
    stand.add("b", 2);
    assertThat(stand.launched()).containsExactlyInAnyOrder("0.0:0#1", "0.0:1#0");
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void aTaskThatLosesFourExecutorsFailsAndSaysSo() {
    long job = stand.submit(draw.range(1));
    stand.lose("driver");
    for (String executor : List.of("b", "c", "d")) {
      stand.add(executor, 1);
      stand.lose(executor);
    }
    assertThat(stand.failed(job).kind()).isEqualTo("worker");
    assertThat(stand.failed(job).message())
        .contains("executor d was lost: its process was killed")
        .contains("4 attempts");
  }

  @Test
  void whatALostExecutorSaysLaterIsNotHeard() {
    long job = stand.submit(draw.range(1));
    TaskAttempt attempt = stand.task("0.0:0#0").attempt();
    TaskDescription task = stand.task("0.0:0#0");
    stand.lose("driver");
    stand.add("b", 1);
    stand.actions.clear();
    stand.post(
        new SchedulerEvent.TaskEnded(
            "driver", new TaskOutcome.Succeeded(attempt, Stand.report(task, 0, null))));
    stand.post(new SchedulerEvent.ExecutorLost("driver", "again"));
    assertThat(stand.actions).isEmpty();
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void aNameIsNotUsedAgain() {
    stand.lose("driver");
    stand.add("driver", 1);
    assertThat(stand.actions(SchedulerAction.ReportFault.class))
        .singleElement()
        .satisfies(report -> assertThat(report.cause()).hasMessageContaining("executor driver"));
    assertThat(stand.status().executors()).isEmpty();
  }

  @Test
  void mapOutputsOfALostExecutorAreWrittenAgainWhenTheyAreNeeded() {
    stand.add("b", 1);
    ShuffleId shuffle = draw.shuffle(draw.range(2), 1);
    NodeId read = draw.read(shuffle);
    long first = stand.submit(read);
    String lost = stand.on.get(stand.task("1.0:1#0").attempt().id());
    stand.succeedAll();
    stand.succeeded(first);
    stand.lose(lost);
    assertThat(stand.actions(SchedulerAction.UnregisterMapOutput.class))
        .containsExactly(new SchedulerAction.UnregisterMapOutput(shuffle, 1));
    long second = stand.submit(read);
    assertThat(stand.launched()).containsExactly("3.0:1#0");
    stand.succeedAll();
    stand.succeeded(second);
  }

  @Test
  void blocksOfALostExecutorAreComputedAgainWhenTheyAreNeeded() {
    stand.add("b", 1);
    NodeId node = draw.map(draw.range(2));
    draw.persist(node);
    stand.submit(node);
    Map<Long, String> on = Map.copyOf(stand.on);
    TaskDescription kept = stand.task("0.0:0#0");
    stand.succeedAll();
    assertThat(stand.status().blocks()).isEqualTo(2);
    stand.lose(on.get(kept.attempt().id()).equals("b") ? "driver" : "b");
    assertThat(stand.actions(SchedulerAction.RemoveBlock.class))
        .containsExactly(new SchedulerAction.RemoveBlock(new BlockId.Rdd(node, 1)));
    stand.submit(node);
    stand.add("c", 1);
    assertThat(stand.task("1.0:0#0").plan().caches()).isEmpty();
    assertThat(stand.task("1.0:1#0").plan().caches()).containsKey(new BlockId.Rdd(node, 1));
    stand.succeedAll();
  }

  @Test
  void aTaskRunsWhereItsBlockIs() {
    stand.add("b", 1);
    NodeId node = draw.map(draw.range(2));
    draw.persist(node);
    stand.submit(node);
    String first = stand.on.get(stand.task("0.0:0#0").attempt().id());
    String second = stand.on.get(stand.task("0.0:1#0").attempt().id());
    assertThat(first).isNotEqualTo(second);
    stand.succeedAll();
    for (int i = 0; i < 2; i++) {
      // The one that is asked for first has its executor, whichever has more free slots.
      long job = stand.submit(node, 1, 0);
      assertThat(stand.on.get(stand.task(job - 1 + ".0:0#0").attempt().id())).isEqualTo(first);
      assertThat(stand.on.get(stand.task(job - 1 + ".0:1#0").attempt().id())).isEqualTo(second);
      stand.succeedAll();
    }
  }

  @Test
  void aTaskWhoseBlockIsWhereASlotIsFreeGoesFirst() {
    stand.add("b", 1);
    NodeId node = draw.map(draw.range(2));
    draw.persist(node);
    stand.submit(node);
    String other = stand.on.get(stand.task("0.0:1#0").attempt().id());
    stand.succeedAll();
    // One executor is busy with a task that needs no block; the other is where partition 1 is.
    stand.submit(draw.range(2));
    String busy = other.equals("b") ? "driver" : "b";
    String free = stand.on.get(stand.task("1.0:0#0").attempt().id()).equals(other) ? "0" : "1";
    NodeId twice = draw.map(node);
    stand.submit(twice);
    stand.succeed("1.0:" + free + "#0");
    assertThat(stand.on.values()).contains(busy, other);
    assertThat(stand.on.get(stand.task("2.0:1#0").attempt().id())).isEqualTo(other);
    stand.succeedAll();
  }

  @Test
  void aTaskDoesNotWaitForTheExecutorOfItsBlock() {
    stand.add("b", 1);
    NodeId node = draw.map(draw.range(1));
    draw.persist(node);
    stand.submit(node);
    String holder = stand.on.values().iterator().next();
    stand.succeedAll();
    stand.submit(node);
    stand.submit(draw.map(node));
    assertThat(stand.on.values()).hasSize(2).contains(holder);
    stand.succeedAll();
  }

  @Test
  void aResultThatWentWithItsExecutorIsComputedAgain() {
    stand.add("b", 1);
    long job = stand.submit(draw.range(2));
    TaskDescription task = stand.task("0.0:0#0");
    String executor = stand.on.get(task.attempt().id());
    Location.File file = new Location.DiskFile("x", "/result");
    stand.end(
        new TaskOutcome.Succeeded(
            task.attempt(),
            new TaskReport(
                null, new OutputFile(file, 100, 3), null, List.of(), 3, List.of(), Map.of())));
    stand.lose(executor);
    stand.succeed("0.0:1#0");
    assertThat(stand.results).isEmpty();
    assertThat(stand.launched()).containsExactly("0.0:0#1");
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(2).noneMatch(row -> file.equals(row.file()));
  }

  @Test
  void claimsOfALostExecutorAreFree() {
    stand.add("b", 1);
    NodeId node = draw.map(draw.range(1));
    draw.persist(node);
    long first = stand.submit(node);
    long second = stand.submit(draw.map(node));
    assertThat(stand.status().claims()).isEqualTo(1);
    stand.lose(stand.on.values().iterator().next());
    assertThat(stand.launched()).hasSize(1);
    stand.succeedAll();
    stand.succeeded(first);
    stand.succeeded(second);
  }

  @Test
  void aBarrierStageBeginsAgainWhenAnExecutorOfItsIsLost() {
    stand.add("b", 2);
    long job = stand.submit(draw.barrier(draw.range(2)));
    List<TaskDescription> tasks = List.copyOf(stand.running.values());
    assertThat(tasks).hasSize(2);
    stand.meet(Stand.name(tasks.get(0)), "barrier", "");
    stand.lose("b"); // it had one of them at least
    stand.add("c", 1);
    stand.endKilled();
    assertThat(stand.launched()).containsExactlyInAnyOrder("0.1:0#1", "0.1:1#1");
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void aTaskOfABarrierStageThatHasSucceededOnALostExecutorRunsAgain() {
    stand.add("b", 1);
    long job = stand.submit(draw.barrier(draw.range(2)));
    TaskDescription done = stand.running.values().iterator().next();
    String executor = stand.on.get(done.attempt().id());
    stand.succeed(done, 0, null);
    stand.lose(executor);
    stand.add("c", 1);
    stand.endKilled();
    assertThat(stand.launched()).containsExactlyInAnyOrder("0.1:0#1", "0.1:1#1");
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void aBarrierStageThatWaitsForExecutorsKeepsNobodyWaiting() {
    stand.add("b", 1);
    long barrier = stand.submit(draw.barrier(draw.range(2)));
    stand.lose("b");
    stand.endKilled();
    long other = stand.submit(draw.range(1));
    assertThat(stand.launched()).containsExactly("1.0:0#0");
    stand.succeedAll();
    stand.succeeded(other);
    stand.add("c", 1);
    stand.succeedAll();
    stand.succeeded(barrier);
  }
}
