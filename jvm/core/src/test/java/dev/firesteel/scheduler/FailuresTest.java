package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Drawing;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.TaskOutcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is retried, what fails a job, and how lost map outputs are computed again. */
class FailuresTest {
  private final Stand stand = new Stand(2);
  private final Drawing draw = stand.draw;

  @AfterEach
  void nothingIsLeft() {
    stand.assertIdle();
  }

  @Test
  void aUsersErrorFailsTheJobAtOnce() {
    long job = stand.submit(draw.range(3));
    stand.failByUser("0.0:1#0");
    assertThat(stand.killed).hasSize(1);
    stand.endKilled();
    assertThat(stand.failed(job).kind()).isEqualTo("user");
    assertThat(stand.failed(job).message()).isEqualTo("division by zero");
    assertThat(stand.failed(job).partition()).isEqualTo(1);
    assertThat(stand.failed(job).attempts()).isEqualTo(1);
    assertThat(stand.failed(job).error()).containsExactly(9);
    assertThat(stand.failed(job).site()).startsWith("range at");
  }

  @Test
  void aUsersErrorIsRetriedInLocalWithFailures() {
    Stand three = new Stand(1, new SchedulerConf(3, 3, 4, false));
    long job = three.submit(three.draw.range(1));
    three.failByUser("0.0:0#0");
    three.failByUser("0.0:0#1");
    assertThat(three.results).isEmpty();
    three.failByUser("0.0:0#2");
    assertThat(three.failed(job).attempts()).isEqualTo(3);
    three.assertIdle();
  }

  @Test
  void aWorkerThatDiesIsRetried() {
    long job = stand.submit(draw.range(1));
    stand.die("0.0:0#0");
    stand.die("0.0:0#1");
    stand.die("0.0:0#2");
    stand.succeed("0.0:0#3");
    stand.succeeded(job);
  }

  @Test
  void aWorkerThatDiesEachTimeFailsTheJob() {
    long job = stand.submit(draw.range(1));
    for (int attempt = 0; attempt < 4; attempt++) {
      stand.die("0.0:0#" + attempt);
    }
    assertThat(stand.failed(job).kind()).isEqualTo("worker");
    assertThat(stand.failed(job).message())
        .contains("The Python worker 77 was killed by SIGKILL")
        .contains("the last of 4 attempts");
    assertThat(stand.failed(job).attempt()).isEqualTo(3);
  }

  @Test
  void anAttemptThatNobodyToldToEndIsRetriedWhenKilled() {
    long job = stand.submit(draw.range(1));
    stand.end(new TaskOutcome.Killed(stand.task("0.0:0#0").attempt(), "?"));
    stand.end(new TaskOutcome.LaunchFailed(stand.task("0.0:0#1").attempt(), "no fork"));
    stand.succeed("0.0:0#2");
    stand.succeeded(job);
  }

  @Test
  void anInterpreterThatCannotRunWorkersIsNotTriedAgain() {
    long job = stand.submit(draw.range(1));
    stand.end(
        new TaskOutcome.LaunchFailed(stand.task("0.0:0#0").attempt(), "python lacks numpy", true));
    assertThat(stand.failed(job).kind()).isEqualTo("worker");
    assertThat(stand.failed(job).message()).isEqualTo("python lacks numpy");
  }

  @Test
  void anInputThatHasChangedIsNotRetried() {
    long job = stand.submit(draw.range(1));
    stand.fail("0.0:0#0", new FailureReport(FailureKind.SOURCE, "changed", null, null, null));
    assertThat(stand.failed(job).kind()).isEqualTo("source");
  }

  @Test
  void aUsersErrorInASharedStageFailsAllItsJobs() {
    NodeId shuffled = draw.shuffled(draw.range(1), 1);
    long first = stand.submit(draw.map(shuffled));
    long second = stand.submit(draw.map(shuffled));
    stand.failByUser("1.0:0#0");
    assertThat(stand.failed(first).kind()).isEqualTo("user");
    assertThat(stand.failed(second).kind()).isEqualTo("user");
  }

  @Test
  void aLostMapOutputRerunsJustItsTask() {
    NodeId target = draw.shuffled(draw.range(3), 2);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    stand.succeed("1.0:0#0", "1.0:1#0", "1.0:2#0");
    stand.loseMapOutput("0.0:0#0", shuffle, 1);

    assertThat(stand.actions(SchedulerAction.UnregisterMapOutput.class))
        .containsExactly(new SchedulerAction.UnregisterMapOutput(shuffle, 1));
    // The other reducer goes on; the one that failed waits for the map task.
    assertThat(stand.launched()).containsExactly("0.0:1#0", "1.1:1#0");
    stand.succeed("0.0:1#0", "1.1:1#0");
    assertThat(stand.launched()).containsExactly("0.1:0#1");
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(2);
  }

  @Test
  void severalReadersOfOneAttemptThatLoseMapOutputsCountOnce() {
    NodeId target = draw.shuffled(draw.range(2), 2);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    stand.succeed("1.0:0#0", "1.0:1#0");
    for (int attempt = 0; attempt < 3; attempt++) {
      stand.loseMapOutput("0." + attempt + ":0#" + attempt, shuffle, 0);
      stand.loseMapOutput("0." + attempt + ":1#" + attempt, shuffle, 1);
      stand.succeed("1." + (attempt + 1) + ":0#" + (0));
      stand.succeed("1." + (attempt + 1) + ":1#" + (0));
    }
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(2);
  }

  @Test
  void aStageThatLosesManyMapOutputsOneByOneGoesOn() {
    NodeId target = draw.shuffled(draw.range(6), 1);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    for (int map = 0; map < 6; map++) {
      stand.succeed("1.0:" + map + "#0");
    }
    for (int attempt = 0; attempt < 6; attempt++) {
      stand.loseMapOutput("0." + attempt + ":0#" + attempt, shuffle, attempt);
      stand.succeed("1." + (attempt + 1) + ":" + attempt + "#0");
    }
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(1);
  }

  @Test
  void aStageThatLosesOneMapOutputFourTimesInARowIsAborted() {
    NodeId target = draw.shuffled(draw.range(1), 1);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    stand.succeed("1.0:0#0");
    for (int attempt = 0; attempt < 3; attempt++) {
      stand.loseMapOutput("0." + attempt + ":0#" + attempt, shuffle, 0);
      stand.succeed("1." + (attempt + 1) + ":0#0");
    }
    stand.loseMapOutput("0.3:0#3", shuffle, 0);
    assertThat(stand.failed(job).kind()).isEqualTo("corrupt");
    assertThat(stand.failed(job).message()).contains("4 attempts in a row");
  }

  @Test
  void aReportAboutAnOutputThatWasReplacedMeanwhileIsStale() {
    NodeId target = draw.shuffled(draw.range(1), 2);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    stand.succeed("1.0:0#0");
    stand.loseMapOutput("0.0:0#0", shuffle, 0);
    stand.succeed("1.1:0#0");
    // This attempt read the old output, and says so late: the new one is not thrown away.
    stand.loseMapOutput("0.0:1#0", shuffle, 0);
    assertThat(stand.actions(SchedulerAction.UnregisterMapOutput.class)).hasSize(1);
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(2);
  }

  @Test
  void outputsLostUnderAnotherStageAreFoundMissingBeforeLaunch() {
    Stand one = new Stand(1);
    ShuffleId shuffle = one.draw.shuffle(one.draw.range(1), 3);
    NodeId target = one.draw.read(shuffle);
    long first = one.submit(target);
    one.succeed("1.0:0#0");
    long second = one.submit(one.draw.map(target));
    one.loseMapOutput("0.0:0#0", shuffle, 0);
    assertThat(one.launched()).containsExactly("1.1:0#0");
    one.succeedAll();
    one.succeeded(first);
    one.succeeded(second);
    one.assertIdle();
  }

  @Test
  void aLostMapOutputOfTheStageBeforeRerunsBoth() {
    NodeId middle = draw.shuffled(draw.range(1), 1);
    NodeId target = draw.shuffled(middle, 1);
    ShuffleId first = draw.allShuffles.get(0);
    ShuffleId second = draw.allShuffles.get(1);
    long job = stand.submit(target);
    stand.succeed("2.0:0#0", "1.0:0#0");
    stand.loseMapOutput("0.0:0#0", second, 0);
    stand.loseMapOutput("1.1:0#0", first, 0);
    assertThat(stand.launched()).containsExactly("2.1:0#0");
    stand.succeed("2.1:0#0");
    assertThat(stand.launched()).containsExactly("1.2:0#1");
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void aMapStageThatRunsTakesItsLostOutputsBack() {
    NodeId shuffled = draw.shuffled(draw.range(2), 1);
    ShuffleId shuffle = draw.allShuffles.get(0);
    stand.submit(shuffled);
    stand.succeed("1.0:0#0", "1.0:1#0");
    long job = 1;
    stand.loseMapOutput("0.0:0#0", shuffle, 0);
    assertThat(stand.launched()).containsExactly("1.1:0#0");
    stand.die("1.1:0#0");
    stand.succeed("1.1:0#1");
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void rerunMapTasksDoNotCountTwiceInAccumulators() {
    NodeId target = draw.shuffled(draw.range(1), 1);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    stand.succeed(stand.task("1.0:0#0"), 0, new byte[] {1});
    stand.loseMapOutput("0.0:0#0", shuffle, 0);
    stand.succeed(stand.task("1.1:0#0"), 0, new byte[] {2});
    stand.succeed(stand.task("0.1:0#1"), 0, new byte[] {3});
    assertThat(stand.succeeded(job).accumulators().stream().map(bytes -> bytes[0]))
        .containsExactly((byte) 3, (byte) 1);
  }

  @Test
  void aChangedMapOutputTakesBackTheResultsFromTheOldOne() {
    NodeId target = draw.shuffled(draw.range(1), 2);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    stand.succeed("1.0:0#0");
    stand.succeed(stand.task("0.0:0#0"), 0, new byte[] {1});
    stand.loseMapOutput("0.0:1#0", shuffle, 0);
    stand.succeed(stand.task("1.1:0#0"), 1000, null);
    assertThat(stand.results).isEmpty();
    assertThat(stand.launched()).containsExactlyInAnyOrder("0.1:1#1", "0.1:0#1");
    stand.succeed(stand.task("0.1:0#1"), 0, new byte[] {2});
    stand.succeed(stand.task("0.1:1#1"), 0, new byte[] {3});
    assertThat(stand.succeeded(job).rows()).hasSize(2);
    assertThat(stand.succeeded(job).accumulators().stream().map(bytes -> bytes[0]))
        .containsExactly((byte) 2, (byte) 3);
    stand.assertIdle();
  }

  @Test
  void aChangedMapOutputFailsTheLaterJobsOfAnAction() {
    NodeId target = draw.shuffled(draw.range(1), 2);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long first = stand.submit(target, 0);
    stand.succeedAll();
    stand.after = first;
    long second = stand.submit(target, 1);
    stand.loseMapOutput("2.0:1#0", shuffle, 0);
    stand.succeed(stand.task("3.0:0#0"), 1000, null);
    stand.endKilled();
    assertThat(stand.failed(second).kind()).isEqualTo("indeterminate");
    assertThat(stand.failed(second).message()).contains("not deterministic");
    assertThat(stand.failed(second).site()).startsWith("shuffle at");

    long third = stand.submit(target, 1);
    assertThat(stand.failed(third).kind()).isEqualTo("indeterminate");
    assertThat(stand.failed(third).message()).startsWith("A map output of shuffle at");
    stand.after = null;
    long fresh = stand.submit(target, 0);
    stand.succeedAll();
    stand.after = fresh;
    long next = stand.submit(target, 1);
    stand.succeedAll();
    stand.succeeded(next);
  }

  @Test
  void aChangedMapOutputRestartsReadersThatHaveNotFinished() {
    NodeId target = draw.shuffled(draw.range(1), 2);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    stand.succeed("1.0:0#0");
    stand.loseMapOutput("0.0:1#0", shuffle, 0);
    stand.succeed(stand.task("1.1:0#0"), 1000, null);
    assertThat(stand.killed.values()).containsExactly("a map output that it reads has changed");
    // It had answered before the signal came: the answer is from the old output, and is dropped.
    stand.succeed("0.0:0#0");
    assertThat(stand.results).isEmpty();
    assertThat(stand.launched()).containsExactlyInAnyOrder("0.1:1#1", "0.1:0#1");
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(2);
  }

  @Test
  void blocksFromTheOldOutputAreNotKeptWhenItChanges() {
    NodeId cached = draw.map(draw.shuffled(draw.range(1), 3));
    draw.persist(cached);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(cached);
    stand.succeed("1.0:0#0", "0.0:0#0");
    assertThat(stand.status().blocks()).isOne();
    stand.loseMapOutput("0.0:1#0", shuffle, 0);
    stand.succeed(stand.task("1.1:0#0"), 1000, null);
    // It had answered before the signal came, with a block that was computed from the old output.
    stand.succeed("0.0:2#0");
    assertThat(stand.status().blocks()).isZero();
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(3);
    assertThat(stand.status().blocks()).isEqualTo(3);
  }

  @Test
  void aPersistedNodeFromTheOldOutputGoesWhenItLosesABlock() {
    NodeId cached = persistedFromAnOldOutput();
    assertThat(stand.status().blocks()).as("it is complete, of the old output").isEqualTo(3);

    long second = stand.submit(draw.map(cached));
    String one = stand.launched().get(0);
    stand.succeed(one);
    stand.evict(cached, 2, attemptOfBlock(cached, 2));
    assertThat(stand.status().blocks()).isZero();
    stand.endKilled();
    stand.succeedAll();
    assertThat(stand.succeeded(second).rows()).hasSize(3);
    assertThat(stand.status().blocks()).as("all were computed again").isEqualTo(3);
    stand.assertIdle();
  }

  @Test
  void aLaterJobOfAnActionFailsWhenItsPersistedNodeGoes() {
    NodeId cached = persistedFromAnOldOutput();
    long begun = stand.submit(cached, 0);
    stand.succeedAll();
    stand.succeeded(begun);
    stand.after = begun;
    long later = stand.submit(draw.map(cached), 1, 2);
    stand.loseBlock(stand.launched().get(0), cached, 1);
    stand.endKilled();
    assertThat(stand.failed(later).kind()).isEqualTo("indeterminate");
    stand.assertIdle();
  }

  /** A persisted node of three partitions, all there, whose map output has been another since. */
  private NodeId persistedFromAnOldOutput() {
    NodeId cached = draw.map(draw.shuffled(draw.range(1), 3));
    draw.persist(cached);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long first = stand.submit(cached);
    stand.succeedAll();
    stand.succeeded(first);
    long reader = stand.submit(draw.map(draw.read(shuffle)));
    stand.loseMapOutput(stand.launched().get(0), shuffle, 0);
    stand.endKilled();
    while (!stand.running.isEmpty()) {
      stand.succeed(stand.running.values().iterator().next(), 1000, null);
    }
    stand.succeeded(reader);
    return cached;
  }

  private long attemptOfBlock(NodeId node, int partition) {
    return stand.actions(SchedulerAction.RegisterBlock.class).stream()
        .map(SchedulerAction.RegisterBlock::block)
        .filter(block -> block.id().equals(new BlockId.Rdd(node, partition)))
        .reduce((former, latter) -> latter)
        .orElseThrow()
        .attempt();
  }

  @Test
  void blocksFromTheOldOutputAreNotKeptWhenTheirJobWasCancelledBeforeTheChange() {
    NodeId cached = draw.map(draw.shuffled(draw.range(1), 2));
    draw.persist(cached);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long first = stand.submit(cached);
    stand.succeed("1.0:0#0");
    long second = stand.submit(draw.map(draw.read(shuffle)));
    stand.cancel(first);
    stand.end(
        new TaskOutcome.Killed(stand.task("0.0:0#0").attempt(), "the job has been cancelled"));
    stand.loseMapOutput("2.0:0#0", shuffle, 0);
    stand.succeed(stand.task("3.0:0#0"), 1000, null);
    stand.succeed("0.0:1#0");
    assertThat(stand.status().blocks()).isZero();
    stand.succeedAll();
    stand.succeeded(second);
    assertThat(stand.failed(first).kind()).isEqualTo("cancelled");
  }

  @Test
  void aChangedMapOutputThrowsAwayWhatWasPartlyWrittenFromTheOldOne() {
    NodeId middle = draw.shuffled(draw.range(1), 3);
    NodeId target = draw.shuffled(middle, 1);
    ShuffleId first = draw.allShuffles.get(0);
    ShuffleId second = draw.allShuffles.get(1);
    long job = stand.submit(target);
    stand.succeed("2.0:0#0", "1.0:0#0");
    stand.loseMapOutput("1.0:1#0", first, 0);
    stand.succeed("1.0:2#0");
    stand.succeed(stand.task("2.1:0#0"), 1000, null);
    assertThat(stand.actions(SchedulerAction.UnregisterMapOutput.class))
        .contains(
            new SchedulerAction.UnregisterMapOutput(second, 0),
            new SchedulerAction.UnregisterMapOutput(second, 2));
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(1);
  }

  @Test
  void theSameMapOutputAgainDisturbsNobody() {
    NodeId target = draw.shuffled(draw.range(1), 2);
    ShuffleId shuffle = draw.allShuffles.get(0);
    long job = stand.submit(target);
    stand.succeed("1.0:0#0", "0.0:0#0");
    stand.loseMapOutput("0.0:1#0", shuffle, 0);
    stand.succeedAll();
    assertThat(stand.killed).isEmpty();
    assertThat(stand.succeeded(job).rows()).hasSize(2);
  }

  @Test
  void aMapTaskThatReportsTheWrongSectionsIsAFaultOfOurs() {
    long job = stand.submit(draw.shuffled(draw.range(1), 2));
    var task = stand.task("1.0:0#0");
    stand.end(
        new TaskOutcome.Succeeded(
            task.attempt(),
            new dev.firesteel.task.TaskReport(
                null, null, null, List.of(), 0, List.of(), java.util.Map.of())));
    assertThat(stand.failed(job).kind()).isEqualTo("internal");
  }
}
