package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.job.JobResult.ResultRow;
import dev.firesteel.job.StageProgress;
import dev.firesteel.lineage.Drawing;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs that go well: stages, order, reuse, cancellation. */
class JobsTest {
  private final Stand stand = new Stand(2);
  private final Drawing draw = stand.draw;

  @AfterEach
  void nothingIsLeft() {
    stand.assertIdle();
  }

  @Test
  void aJobWithoutShuffleIsOneStage() {
    NodeId target = draw.map(draw.range(3));
    long job = stand.submit(target);

    assertThat(stand.launched()).containsExactly("0.0:0#0", "0.0:1#0");
    stand.succeed("0.0:1#0");
    assertThat(stand.launched()).containsExactly("0.0:0#0", "0.0:2#0");
    stand.succeedAll();

    assertThat(stand.succeeded(job).rows().stream().map(ResultRow::partition))
        .containsExactly(0, 1, 2);
  }

  @Test
  void rowsComeInTheOrderOfTheRequest() {
    NodeId target = draw.range(5);
    long job = stand.submit(target, 4, 0, 4);
    assertThat(stand.launched()).containsExactly("0.0:0#0", "0.0:4#0");
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows().stream().map(ResultRow::partition))
        .containsExactly(4, 0, 4);
  }

  @Test
  void aJobOverNoPartitionsEndsAtOnce() {
    long job = stand.submit(draw.empty());
    assertThat(stand.succeeded(job).rows()).isEmpty();
  }

  @Test
  void aShuffleOfNothingIsReadAsNothing() {
    NodeId target = draw.shuffled(draw.empty(), 2);
    long job = stand.submit(target);
    assertThat(stand.task("0.0:0#0").plan().sink().source()).isInstanceOf(Source.Empty.class);
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(2);
  }

  @Test
  void mapTasksRunBeforeTheTasksThatReadThem() {
    NodeId target = draw.map(draw.shuffled(draw.map(draw.range(2)), 3));
    long job = stand.submit(target);

    assertThat(stand.launched()).containsExactly("1.0:0#0", "1.0:1#0");
    assertThat(stand.task("1.0:0#0").plan().sink()).isInstanceOf(Sink.ShuffleWrite.class);
    stand.succeed("1.0:0#0");
    assertThat(stand.launched()).containsExactly("1.0:1#0");
    stand.succeed("1.0:1#0");
    assertThat(stand.launched()).containsExactly("0.0:0#0", "0.0:1#0");
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(3);
  }

  @Test
  void outputsAreRegisteredBeforeTheirReadersAreLaunched() {
    stand.submit(draw.shuffled(draw.range(1), 1));
    stand.actions.clear();
    stand.succeed("1.0:0#0");
    assertThat(stand.actions)
        .extracting(action -> action.getClass().getSimpleName())
        .containsExactly(
            "AttemptEnded", "RegisterMapOutput", "StageEnded", "StageStarted", "Launch");
    stand.succeedAll();
  }

  @Test
  void mapOutputsThatExistAreUsedAgain() {
    NodeId target = draw.shuffled(draw.range(2), 1);
    stand.submit(target);
    stand.succeedAll();

    long again = stand.submit(target);
    assertThat(stand.launched()).containsExactly("2.0:0#0");
    stand.succeedAll();
    assertThat(stand.succeeded(again).rows()).hasSize(1);
  }

  @Test
  void mapOutputsOfACancelledJobAreUsedAgain() {
    NodeId target = draw.shuffled(draw.range(3), 1);
    long first = stand.submit(target);
    stand.succeed("1.0:0#0");
    stand.cancel(first);
    stand.endKilled();

    stand.submit(target);
    assertThat(stand.launched()).containsExactly("3.0:1#0", "3.0:2#0");
    stand.succeedAll();
  }

  @Test
  void twoJobsShareAMapStage() {
    NodeId shuffled = draw.shuffled(draw.range(2), 1);
    NodeId left = draw.map(shuffled);
    NodeId right = draw.map(shuffled);
    long first = stand.submit(left);
    long second = stand.submit(right);
    assertThat(stand.launched()).containsExactly("1.0:0#0", "1.0:1#0");
    stand.succeedAll();
    assertThat(stand.succeeded(first).rows()).hasSize(1);
    assertThat(stand.succeeded(second).rows()).hasSize(1);
    assertThat(stand.actions(SchedulerAction.RegisterMapOutput.class)).hasSize(2);
  }

  @Test
  void aSharedStageGoesOnWhenOneOfItsJobsIsCancelled() {
    NodeId shuffled = draw.shuffled(draw.range(2), 1);
    long first = stand.submit(draw.map(shuffled));
    long second = stand.submit(draw.map(shuffled));
    stand.cancel(first);
    assertThat(stand.failed(first).kind()).isEqualTo("cancelled");
    assertThat(stand.killed).isEmpty();
    stand.succeedAll();
    assertThat(stand.succeeded(second).rows()).hasSize(1);
  }

  @Test
  void aCancelledJobEndsWhenItsAttemptsHaveEnded() {
    long job = stand.submit(draw.range(3));
    stand.cancel(job);
    assertThat(stand.killed).hasSize(2);
    assertThat(stand.results).isEmpty();
    stand.endKilled();
    assertThat(stand.failed(job).kind()).isEqualTo("cancelled");
    assertThat(stand.failed(job).message()).isEqualTo("wanted");
    assertThat(stand.launched()).isEmpty();
  }

  @Test
  void aJobWhoseTimeIsOverAnswersWithWhatItHas() {
    long job = stand.submit(draw.range(4));
    stand.succeed("0.0:1#0");
    stand.post(new SchedulerEvent.FinishAsked(job));
    assertThat(stand.results).isEmpty();
    stand.endKilled();
    assertThat(stand.succeeded(job).rows().stream().map(ResultRow::partition)).containsExactly(1);
    stand.post(new SchedulerEvent.FinishAsked(job));
  }

  @Test
  void aCleanedShuffleIsComputedAgainWhenItIsNeeded() {
    NodeId shuffled = draw.shuffled(draw.range(2), 1);
    stand.submit(shuffled);
    stand.succeedAll();
    LineageUpdate cleaned =
        new LineageUpdate(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            LineageUpdate.Release.NONE,
            draw.allShuffles,
            List.of());
    stand.update(cleaned);
    assertThat(stand.actions(SchedulerAction.UnregisterMapOutput.class)).hasSize(2);
    long again = stand.submit(draw.map(shuffled));
    assertThat(stand.launched()).containsExactly("3.0:0#0", "3.0:1#0");
    stand.succeedAll();
    assertThat(stand.succeeded(again).rows()).hasSize(1);
  }

  @Test
  void anAttemptThatSucceedsAfterItWasToldToEndDoesNotCount() {
    long job = stand.submit(draw.shuffled(draw.range(1), 1));
    stand.cancel(job);
    stand.succeed("1.0:0#0");
    assertThat(stand.failed(job).kind()).isEqualTo("cancelled");
    assertThat(stand.actions(SchedulerAction.RegisterMapOutput.class)).isEmpty();
    assertThat(stand.actions(SchedulerAction.DeleteFile.class)).hasSize(1);
  }

  @Test
  void cancellingAJobThatHasEndedOrNeverWasHasNoEffect() {
    long job = stand.submit(draw.range(1));
    stand.succeedAll();
    stand.cancel(job);
    stand.cancel(99);
    stand.succeeded(job);
  }

  @Test
  void aJobThatIsCancelledBeforeItComesEndsWhenItComes() {
    stand.cancel(1);
    long job = stand.submit(draw.shuffled(draw.range(1), 1));
    assertThat(stand.failed(job).kind()).isEqualTo("cancelled");
    assertThat(stand.failed(job).site()).isEqualTo("collect");
    assertThat(stand.running).isEmpty();
    long next = stand.submit(draw.range(1));
    stand.succeedAll();
    stand.succeeded(next);
  }

  @Test
  void onlyTheLatestCancellationsOfUnknownJobsAreKept() {
    for (long job = 5_000; job > 0; job--) {
      stand.cancel(job);
    }
    long old = stand.submit(draw.range(1));
    assertThat(stand.failed(old).kind()).isEqualTo("cancelled");
    stand.cancel(2);
    for (long job = 6_000; job < 7_000; job++) {
      stand.cancel(job);
    }
    long forgotten = stand.submit(draw.range(1));
    stand.succeedAll();
    stand.succeeded(forgotten);
  }

  @Test
  void allJobsCanBeCancelled() {
    long first = stand.submit(draw.range(1));
    long second = stand.submit(draw.range(1));
    stand.post(new SchedulerEvent.AllJobsCancelled("stopped", "stop"));
    stand.endKilled();
    assertThat(stand.failed(first).kind()).isEqualTo("stopped");
    assertThat(stand.failed(second).kind()).isEqualTo("stopped");
  }

  @Test
  void anUnknownTargetFailsTheJobOnly() {
    long job = stand.submit(new NodeId(0, 12345));
    assertThat(stand.failed(job).kind()).isEqualTo("internal");
    assertThat(stand.failed(job).message()).contains("rdd_0_12345 is not known");
    assertThat(stand.failed(job).java()).contains("LineageException");
  }

  @Test
  void aPartitionThatIsNotThereFailsTheJob() {
    long job = stand.submit(draw.range(2), 2);
    assertThat(stand.failed(job).message()).contains("has 2 partitions, and no number 2");
  }

  @Test
  void anUnknownClosureFailsTheJobOnly() {
    NodeId good = draw.range(1);
    NodeId bad = draw.map(draw.range(1));
    draw.allClosures.clear();
    long first = stand.submit(good);
    draw.release(List.of(), List.of(), List.of());
    stand.succeedAll();
    stand.succeeded(first);
    NodeId orphan =
        draw.add(
            new dev.firesteel.lineage.Node.Pipeline(
                draw.node(), "map", bad, new dev.firesteel.id.ClosureId(0, 777)));
    long second = stand.submit(orphan);
    assertThat(stand.failed(second).kind()).isEqualTo("internal");
    assertThat(stand.failed(second).message()).contains("closure_0_777");
  }

  @Test
  void thousandsOfStagesInARowDoNotOverflowTheStack() {
    stand.checking = false;
    NodeId node = draw.range(1);
    for (int i = 0; i < 5_000; i++) {
      node = draw.shuffled(node, 1);
    }
    long job = stand.submit(node);
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(1);
    draw.releaseAll();
    stand.update();
    assertThat(stand.status().nodes()).isZero();
  }

  @Test
  void thousandsOfNodesInARowDoNotOverflowTheStack() {
    NodeId node = draw.range(1);
    for (int i = 0; i < 20_000; i++) {
      node = draw.map(node);
    }
    long job = stand.submit(node);
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(1);
  }

  @Test
  void firstComeFirstServed() {
    long first = stand.submit(draw.range(3));
    long second = stand.submit(draw.range(3));
    stand.succeed("0.0:0#0");
    assertThat(stand.launched()).containsExactly("0.0:1#0", "0.0:2#0");
    stand.succeedAll();
    stand.succeeded(first);
    stand.succeeded(second);
  }

  @Test
  void fairPoolsShareTheSlots() {
    Stand fair = new Stand(4, new SchedulerConf(4, 1, 4, true));
    fair.properties = Map.of("spark.scheduler.pool", "left");
    fair.submit(fair.draw.range(10));
    fair.properties = Map.of("spark.scheduler.pool", "right");
    fair.submit(fair.draw.range(10));
    fair.succeed("0.0:0#0", "0.0:1#0");
    assertThat(fair.launched())
        .containsExactlyInAnyOrder("0.0:2#0", "0.0:3#0", "1.0:0#0", "1.0:1#0");
    fair.succeedAll();
    fair.assertIdle();
  }

  @Test
  void accumulatorsComeInTheOrderOfStagesAndPartitions() {
    long job = stand.submit(draw.shuffled(draw.range(2), 1));
    stand.succeed(stand.task("1.0:1#0"), 0, utf8("m1"));
    stand.succeed(stand.task("1.0:0#0"), 0, utf8("m0"));
    stand.succeed(stand.task("0.0:0#0"), 0, utf8("r0"));
    assertThat(stand.succeeded(job).accumulators().stream().map(JobsTest::text))
        .containsExactly("r0", "m0", "m1");
  }

  @Test
  void resultsThatAreTooLargeFailTheJob() {
    stand.maxResultSize = 3;
    long job = stand.submit(draw.range(2));
    stand.succeedAll();
    assertThat(stand.failed(job).kind()).isEqualTo("result_size");
    assertThat(stand.failed(job).message()).contains("spark.driver.maxResultSize (3 bytes)");
  }

  @Test
  void progressTellsWhatTheStagesDo() {
    long job = stand.submit(draw.shuffled(draw.range(3), 4));
    stand.succeed("1.0:0#0");
    assertThat(stand.progress(job))
        .extracting(StageProgress::id, StageProgress::tasks, StageProgress::done)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0, 4, 0),
            org.assertj.core.groups.Tuple.tuple(1, 3, 1));
    assertThat(stand.progress(job).get(1).active()).isEqualTo(2);
    stand.succeedAll();
    assertThat(stand.progress(job)).isEmpty();
  }

  @Test
  void whatTheStagesOfAJobDidIsKnownAfterItsEnd() {
    long job = stand.submit(draw.shuffled(draw.range(3), 4));
    stand.die("1.0:0#0");
    stand.succeedAll();
    assertThat(stand.stages(job)).containsExactly(0, 1);
    assertThat(stand.stage(1))
        .get()
        .extracting(
            StageProgress::tasks, StageProgress::done, StageProgress::failed, StageProgress::active)
        .containsExactly(3, 3, 1, 0);
    long failing = stand.submit(draw.range(2));
    stand.failByUser("2.0:0#0");
    stand.succeedAll();
    assertThat(stand.failed(failing).kind()).isEqualTo("user");
    assertThat(stand.stage(2))
        .get()
        .extracting(
            StageProgress::tasks, StageProgress::done, StageProgress::failed, StageProgress::active)
        .containsExactly(2, 0, 1, 0);
    assertThat(stand.stages(99)).isEmpty();
    assertThat(stand.stage(99)).isEmpty();
  }

  @Test
  void asManyEndedJobsAndStagesAreKnownAsTheSettingsSay() {
    Stand few = new Stand(4, new SchedulerConf(4, 1, 4, false, 2, 3));
    List<Long> jobs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      jobs.add(few.submit(few.draw.shuffled(few.draw.range(1), 1)));
      few.succeedAll();
    }
    assertThat(few.stages(jobs.get(0))).as("the eldest").isEmpty();
    assertThat(few.stages(jobs.get(1))).containsExactly(2, 3);
    assertThat(few.stages(jobs.get(2))).containsExactly(4, 5);
    assertThat(few.stage(2)).as("the eldest of six").isEmpty();
    assertThat(few.stage(3)).isPresent();
    assertThat(few.stage(5)).isPresent();
  }

  @Test
  void lineageThatARunningJobNeedsStaysUntilItEnds() {
    NodeId target = draw.map(draw.shuffled(draw.range(1), 1));
    stand.submit(target);
    ShuffleId shuffle = draw.allShuffles.get(0);
    draw.releaseAll();
    stand.update();
    assertThat(stand.actions(SchedulerAction.RemoveShuffle.class)).isEmpty();
    stand.succeedAll();
    assertThat(stand.actions(SchedulerAction.RemoveShuffle.class))
        .containsExactly(new SchedulerAction.RemoveShuffle(shuffle));
    assertThat(stand.actions(SchedulerAction.ForgetFile.class)).hasSize(1);
    assertThat(stand.status().nodes()).isZero();
    assertThat(stand.status().shuffles()).isZero();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
