package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Drawing;
import dev.firesteel.plan.Source;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Persisted blocks: who computes them, who waits, what they spare. */
class BlocksTest {
  private final Stand stand = new Stand(2);
  private final Drawing draw = stand.draw;

  @AfterEach
  void nothingIsLeft() {
    stand.assertIdle();
  }

  @Test
  void aPersistedPartitionIsMaterializedOnceAndThenRead() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    stand.submit(cached);
    assertThat(stand.task("0.0:0#0").plan().sink().source()).isInstanceOf(Source.Cached.class);
    stand.succeedAll();
    stand.submit(cached);
    Source source = stand.task("1.0:0#0").plan().sink().source();
    assertThat(source).isEqualTo(new Source.Block(new BlockId.Rdd(cached, 0), 100, 10, 1));
    assertThat(stand.task("1.0:0#0").plan().closures()).isEmpty();
    stand.succeedAll();
  }

  @Test
  void aTaskWaitsForABlockThatAnotherComputes() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    stand.submit(draw.map(cached));
    stand.submit(draw.map(cached));
    assertThat(stand.launched()).containsExactly("0.0:0#0");
    stand.succeed("0.0:0#0");
    assertThat(stand.launched()).containsExactly("1.0:0#0");
    assertThat(stand.task("1.0:0#0").plan().caches()).isEmpty();
    stand.succeedAll();
  }

  @Test
  void aTaskThatWaitedComputesTheBlockWhenTheOtherFails() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    long first = stand.submit(draw.map(cached));
    long second = stand.submit(draw.map(cached));
    stand.failByUser("0.0:0#0");
    assertThat(stand.failed(first).kind()).isEqualTo("user");
    assertThat(stand.task("1.0:0#0").plan().caches()).containsOnlyKeys(new BlockId.Rdd(cached, 0));
    stand.succeedAll();
    stand.succeeded(second);
  }

  @Test
  void aParkedTaskOfACancelledJobIsForgotten() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    long first = stand.submit(draw.map(cached));
    long second = stand.submit(draw.map(cached));
    stand.cancel(second);
    assertThat(stand.failed(second).kind()).isEqualTo("cancelled");
    stand.succeedAll();
    stand.succeeded(first);
  }

  @Test
  void claimsAreTakenAllOrNothing() {
    NodeId left = draw.map(draw.range(1));
    NodeId right = draw.map(draw.range(1));
    draw.persist(left);
    draw.persist(right);
    stand.submit(right);
    stand.submit(draw.aligned(left, right));
    stand.submit(left);
    // The second needs right, which is being computed, and so does not claim left either.
    assertThat(stand.launched()).containsExactly("0.0:0#0", "2.0:0#0");
    stand.succeedAll();
  }

  @Test
  void aBlockNamedTwiceIsClaimedOnce() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    long job = stand.submit(draw.aligned(cached, cached));
    assertThat(stand.task("0.0:0#0").plan().caches()).hasSize(1);
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void blocksThatAllExistCutTheStages() {
    NodeId cached = draw.map(draw.shuffled(draw.range(2), 2));
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    // Even if the shuffle's outputs were lost meanwhile, nobody needs them.
    draw.release(List.of(), draw.allShuffles, List.of());
    long job = stand.submit(draw.map(cached));
    assertThat(stand.launched()).containsExactly("2.0:0#0", "2.0:1#0");
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void aDamagedBlockIsDroppedAndComputedAgain() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    long job = stand.submit(cached);
    stand.loseBlock("1.0:0#0", cached, 0);
    assertThat(stand.actions(SchedulerAction.RemoveBlock.class))
        .containsExactly(new SchedulerAction.RemoveBlock(new BlockId.Rdd(cached, 0)));
    assertThat(stand.task("1.0:0#1").plan().sink().source()).isInstanceOf(Source.Cached.class);
    stand.succeedAll();
    stand.succeeded(job);
  }

  @Test
  void aReportAboutABlockThatWasReplacedMeanwhileIsStale() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    stand.submit(cached);
    stand.submit(cached);
    stand.loseBlock("1.0:0#0", cached, 0);
    stand.succeed("1.0:0#1");
    stand.loseBlock("2.0:0#0", cached, 0);
    assertThat(stand.actions(SchedulerAction.RemoveBlock.class)).hasSize(1);
    stand.succeedAll();
  }

  @Test
  void aBlockThatIsEvictedWhileAJobRunsBringsItsShuffleBack() {
    Stand one = new Stand(1);
    NodeId cached = one.draw.map(one.draw.shuffled(one.draw.range(1), 2));
    one.draw.persist(cached);
    one.submit(cached);
    one.succeedAll();
    long blocked = one.submit(one.draw.range(1));
    long job = one.submit(one.draw.map(cached));
    one.evict(cached, 1, 3);
    one.succeed("2.0:0#0");
    one.succeeded(blocked);
    one.succeed("3.0:0#0");
    // Partition 1 is computed anew, from a map output that turns out to be damaged.
    one.loseMapOutput("3.0:1#0", one.draw.allShuffles.get(0), 0);
    assertThat(one.launched()).containsExactly("4.0:0#0");
    one.succeedAll();
    one.succeeded(job);
    one.assertIdle();
  }

  @Test
  void unpersistRemovesTheBlocks() {
    NodeId cached = draw.range(2);
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    draw.unpersist(cached);
    stand.update();
    assertThat(stand.actions(SchedulerAction.RemoveBlock.class)).hasSize(2);
    assertThat(stand.status().blocks()).isZero();
  }

  @Test
  void aBlockThatComesAfterUnpersistIsDeleted() {
    NodeId cached = draw.range(1);
    draw.persist(cached);
    long job = stand.submit(cached);
    draw.unpersist(cached);
    stand.update();
    stand.succeedAll();
    stand.succeeded(job);
    assertThat(stand.status().blocks()).isZero();
    assertThat(stand.actions(SchedulerAction.DeleteFile.class)).hasSize(1);
  }

  @Test
  void anEvictionOfABlockThatWasComputedAgainIsOld() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    stand.evict(cached, 0, 1);
    stand.submit(cached);
    assertThat(stand.task("1.0:0#0").plan().sink().source()).isInstanceOf(Source.Cached.class);
    stand.succeedAll();
    stand.evict(cached, 0, 1);
    stand.submit(cached);
    assertThat(stand.task("2.0:0#0").plan().sink().source()).isInstanceOf(Source.Block.class);
    stand.succeedAll();
  }

  @Test
  void aBlockThatWentBeforeTheTaskWasDispatchedIsNoFailure() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    long job = stand.submit(cached);
    BlockId.Rdd block = new BlockId.Rdd(cached, 0);
    TaskDescription first = stand.task("1.0:0#0");
    assertThat(first.plan().sink().source()).isInstanceOf(Source.Block.class);
    stand.end(new TaskOutcome.BlockGone(first.attempt(), block));
    assertThat(stand.task("1.0:0#1").plan().sink().source()).isInstanceOf(Source.Cached.class);
    stand.die("1.0:0#1");
    stand.die("1.0:0#2");
    stand.die("1.0:0#3"); // the third failure of four that a task may have
    stand.succeed("1.0:0#4");
    stand.succeeded(job);
  }

  @Test
  void releasedNodesTakeTheirBlocksAlong() {
    NodeId cached = draw.range(1);
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    draw.releaseAll();
    stand.update();
    assertThat(stand.actions(SchedulerAction.RemoveBlock.class)).hasSize(1);
    assertThat(stand.status().nodes()).isZero();
  }
}
