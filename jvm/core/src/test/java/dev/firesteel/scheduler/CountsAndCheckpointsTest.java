package dev.firesteel.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.job.JobResult.ResultRow;
import dev.firesteel.job.JobSink;
import dev.firesteel.lineage.Drawing;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.task.TaskDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Counts that no task is asked for, and lineage that a checkpoint takes the place of. */
class CountsAndCheckpointsTest {
  private final Stand stand = new Stand(2);
  private final Drawing draw = stand.draw;

  @AfterEach
  void nothingIsLeft() {
    stand.assertIdle();
  }

  private long[] counts(long job) {
    return stand.succeeded(job).rows().stream().mapToLong(ResultRow::records).toArray();
  }

  @Test
  void whatIsPersistedAndThereIsCountedWithoutATask() {
    NodeId cached = draw.map(draw.range(3));
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    long job = stand.submit(cached, new JobSink.Count());
    assertThat(stand.running).isEmpty();
    assertThat(counts(job)).containsExactly(10, 10, 10);
    long some = stand.submit(cached, new JobSink.Count(), 2, 0, 2);
    assertThat(counts(some)).containsExactly(10, 10, 10);
  }

  @Test
  void onlyWhatIsNotThereIsCounted() {
    NodeId cached = draw.map(draw.range(3));
    draw.persist(cached);
    stand.submit(cached, 0, 2);
    stand.succeedAll();
    long job = stand.submit(cached, new JobSink.Count());
    assertThat(stand.launched()).containsExactly("1.0:1#0");
    assertThat(stand.task("1.0:1#0").plan().sink()).isInstanceOf(Sink.Count.class);
    stand.succeedAll();
    assertThat(counts(job)).containsExactly(10, 3, 10);
    long again = stand.submit(cached, new JobSink.Count());
    assertThat(counts(again)).as("the count has materialized it").containsExactly(10, 10, 10);
  }

  @Test
  void whatIsNotPersistedIsCountedByTasks() {
    long job = stand.submit(draw.range(2), new JobSink.Count());
    assertThat(stand.launched()).hasSize(2);
    stand.succeedAll();
    assertThat(counts(job)).containsExactly(3, 3);
  }

  @Test
  void anEvictedBlockIsCountedByATask() {
    NodeId cached = draw.map(draw.range(1));
    draw.persist(cached);
    stand.submit(cached);
    stand.succeedAll();
    stand.evict(cached, 0, 1);
    stand.submit(cached, new JobSink.Count());
    assertThat(stand.launched()).hasSize(1);
    stand.succeedAll();
  }

  @Test
  void aCheckpointTakesThePlaceOfWhatCameBefore() {
    NodeId source = draw.range(2);
    NodeId mapped = draw.map(draw.shuffled(source, 2));
    NodeId child = draw.map(mapped);
    ShuffleId shuffle = draw.allShuffles.get(0);
    stand.submit(mapped, new JobSink.BlockWrite("/checkpoint"));
    stand.succeed("1.0:0#0", "1.0:1#0"); // the map stage
    TaskDescription write = stand.task("0.0:0#0");
    assertThat(write.plan().sink()).isInstanceOf(Sink.BlockWrite.class);
    assertThat(((Sink.BlockWrite) write.plan().sink()).name()).isEqualTo(mapped.name() + "_0");
    stand.succeedAll();
    draw.checkpointed(mapped, 2);
    stand.submit(child);
    Source.Pipeline plan = (Source.Pipeline) stand.task("2.0:1#0").plan().sink().source();
    assertThat(plan.source()).isInstanceOf(Source.Saved.class);
    assertThat(((Source.Saved) plan.source()).part().path()).isEqualTo("/checkpoint/1");
    stand.succeedAll();
    draw.releaseAll();
    stand.update();
    assertThat(stand.status().nodes()).isZero();
    assertThat(stand.actions(SchedulerAction.RemoveShuffle.class))
        .containsExactly(new SchedulerAction.RemoveShuffle(shuffle));
  }

  @Test
  void aCheckpointWaitsForJobsThatMayNeedWhatCameBefore() {
    NodeId mapped = draw.map(draw.shuffled(draw.range(1), 1));
    long running = stand.submit(mapped);
    draw.checkpointed(mapped, 1);
    stand.update();
    stand.succeed("1.0:0#0");
    assertThat(stand.task("0.0:0#0").plan().sink().source()).isInstanceOf(Source.Pipeline.class);
    stand.succeedAll();
    stand.succeeded(running);
    stand.submit(mapped);
    assertThat(stand.task("2.0:0#0").plan().sink().source()).isInstanceOf(Source.Saved.class);
    stand.succeedAll();
  }

  @Test
  void aCheckpointOfANodeThatHasGoneIsNoMistake() {
    NodeId mapped = draw.map(draw.range(1));
    stand.submit(mapped);
    stand.succeedAll();
    draw.releaseAll();
    stand.update();
    draw.checkpointed(mapped, 1);
    stand.update();
    assertThat(stand.status().nodes()).isZero();
  }
}
