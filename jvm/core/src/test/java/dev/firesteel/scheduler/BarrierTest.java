package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Drawing;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tasks of a barrier stage are launched together, meet, succeed together and fail together. */
class BarrierTest {
  private final Stand stand = new Stand(3);
  private final Drawing draw = stand.draw;

  @AfterEach
  void nothingIsLeft() {
    stand.assertIdle();
  }

  @Test
  void allAreLaunchedAtOnce() {
    long other = stand.submit(draw.range(2));
    long job = stand.submit(draw.barrier(draw.range(2)));
    long later = stand.submit(draw.range(1));
    assertThat(stand.launched()).containsExactly("0.0:0#0", "0.0:1#0");
    stand.succeed("0.0:0#0");
    assertThat(stand.launched()).containsExactly("0.0:1#0", "1.0:0#0", "1.0:1#0");
    stand.succeedAll();
    stand.succeeded(other);
    stand.succeeded(job);
    stand.succeeded(later);
  }

  @Test
  void aTaskIsToldItsBarrier() {
    stand.submit(draw.barrier(draw.range(3)));
    assertThat(stand.running.values()).allSatisfy(task -> assertThat(task.barrier()).isEqualTo(3));
    stand.succeedAll();
    stand.submit(draw.range(1));
    assertThat(stand.running.values()).allSatisfy(task -> assertThat(task.barrier()).isZero());
    stand.succeedAll();
  }

  @Test
  void theyMeetWhenAllHaveCome() {
    stand.submit(draw.barrier(draw.range(2)));
    stand.meet("0.0:1#0", "allGather", "b");
    assertThat(stand.actions(SchedulerAction.Met.class)).isEmpty();
    stand.meet("0.0:0#0", "allGather", "a");
    assertThat(stand.actions(SchedulerAction.Met.class))
        .hasSize(2)
        .allSatisfy(met -> assertThat(met.messages()).containsExactly("a", "b"));
    stand.meet("0.0:0#0", "barrier", "");
    stand.meet("0.0:1#0", "barrier", "");
    assertThat(stand.actions(SchedulerAction.Met.class)).hasSize(4);
    stand.succeedAll();
  }

  @Test
  void aWorkerThatDiesHasAllRunAgain() {
    long job = stand.submit(draw.barrier(draw.range(3)));
    stand.succeed("0.0:0#0");
    stand.die("0.0:1#0");
    assertThat(stand.killed).hasSize(1);
    assertThat(stand.launched()).containsExactly("0.0:2#0");
    stand.endKilled();
    assertThat(stand.launched()).containsExactlyInAnyOrder("0.1:0#1", "0.1:1#1", "0.1:2#1");
    stand.meet("0.1:0#1", "barrier", "");
    stand.meet("0.1:1#1", "barrier", "");
    stand.meet("0.1:2#1", "barrier", "");
    assertThat(stand.actions(SchedulerAction.Met.class)).hasSize(3);
    stand.succeedAll();
    assertThat(stand.succeeded(job).rows()).hasSize(3);
  }

  @Test
  void aUsersErrorFailsTheJob() {
    long job = stand.submit(draw.barrier(draw.range(2)));
    stand.failByUser("0.0:0#0");
    stand.endKilled();
    assertThat(stand.failed(job).kind()).isEqualTo("user");
  }

  @Test
  void aWorkerThatAlwaysDiesFailsTheJob() {
    long job = stand.submit(draw.barrier(draw.range(2)));
    for (int attempt = 0; attempt < 4; attempt++) {
      stand.die("0." + attempt + ":0#" + attempt);
      stand.endKilled();
    }
    assertThat(stand.failed(job).kind()).isEqualTo("worker");
    assertThat(stand.failed(job).attempts()).isEqualTo(4);
  }

  @Test
  void tooFewSlotsFailTheJobAtOnce() {
    long job = stand.submit(draw.barrier(draw.range(4)));
    assertThat(stand.failed(job).kind()).isEqualTo("barrier");
    assertThat(stand.failed(job).message()).contains("4 tasks", "there are 3", "local[4]");
    assertThat(stand.running).isEmpty();
  }

  @Test
  void someOfThePartitionsFailTheJob() {
    long job = stand.submit(draw.barrier(draw.range(3)), 0);
    assertThat(stand.failed(job).message()).contains("wants 1 of 3 partitions");
  }

  @Test
  void aUnionWithOthersFailsTheJob() {
    long job = stand.submit(draw.union(draw.barrier(draw.range(1)), draw.range(1)));
    assertThat(stand.failed(job).message()).contains("1 partitions is used in a stage of 2");
  }

  @Test
  void differentCallsFailTheJob() {
    long job = stand.submit(draw.barrier(draw.range(2)));
    stand.meet("0.0:0#0", "barrier", "");
    stand.meet("0.0:1#0", "allGather", "x");
    stand.endKilled();
    assertThat(stand.failed(job).message())
        .contains("partition 0 waits in barrier()", "partition 1 in allGather()");
  }

  @Test
  void oneThatEndsWithoutTheCallFailsTheJob() {
    long job = stand.submit(draw.barrier(draw.range(2)));
    stand.meet("0.0:0#0", "barrier", "");
    stand.succeed("0.0:1#0");
    stand.endKilled();
    assertThat(stand.failed(job).message()).contains("partition 1 has ended without it");
  }

  @Test
  void mapTasksOfABarrierCountTogetherAndRunAgainTogether() {
    NodeId reduced = draw.shuffled(draw.barrier(draw.range(2)), 1);
    long job = stand.submit(reduced);
    stand.succeed("1.0:0#0");
    assertThat(stand.actions(SchedulerAction.RegisterMapOutput.class)).isEmpty();
    stand.succeed("1.0:1#0");
    assertThat(stand.actions(SchedulerAction.RegisterMapOutput.class)).hasSize(2);
    stand.loseMapOutput("0.0:0#0", draw.allShuffles.get(0), 1);
    assertThat(stand.launched()).containsExactly("1.1:0#0", "1.1:1#0");
    assertThat(stand.running.values()).allSatisfy(task -> assertThat(task.barrier()).isEqualTo(2));
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void blocksOfAStageThatFailedAreNotKept() {
    NodeId persisted = draw.barrier(draw.range(2));
    draw.persist(persisted);
    long job = stand.submit(persisted);
    stand.succeed("0.0:0#0");
    assertThat(stand.actions(SchedulerAction.RegisterBlock.class)).isEmpty();
    stand.die("0.0:1#0");
    assertThat(stand.actions(SchedulerAction.DeleteFile.class)).hasSize(1);
    stand.succeedAll();
    assertThat(stand.actions(SchedulerAction.RegisterBlock.class)).hasSize(2);
    stand.succeeded(job);
    stand.submit(persisted, 0); // All blocks exist: nothing has to meet.
    stand.succeedAll();
  }

  @Test
  void aBlockThatHasGoneIsComputedByAllTogether() {
    NodeId persisted = draw.barrier(draw.range(2));
    draw.persist(persisted);
    stand.submit(persisted);
    List<Long> attempts = List.copyOf(stand.running.keySet());
    stand.succeedAll();
    stand.evict(persisted, 1, attempts.get(1));
    stand.submit(persisted);
    assertThat(stand.running.values())
        .allSatisfy(task -> assertThat(task.plan().caches()).hasSize(1));
    stand.succeedAll();
  }

  @Test
  void cancellingEndsThoseThatWait() {
    long job = stand.submit(draw.barrier(draw.range(2)));
    stand.meet("0.0:0#0", "barrier", "");
    stand.cancel(job);
    stand.endKilled();
    assertThat(stand.failed(job).kind()).isEqualTo("cancelled");
  }
}
