package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.job.JobFailure;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.planning.NarrowWalk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What follows when a map task that ran again wrote something else than before: what was computed
 * from the old output may not fit what will be computed from the new. Mostly the function was not
 * deterministic; checksums may also differ where records don't ({@code docs/decisions/0009}), so
 * nothing fails that can be put right. Owned by the scheduler's thread.
 *
 * <p>What is complete stays: it comes from the old output as a whole. A persisted RDD stays until
 * it loses a block: then all of it goes, with what was computed from it. What is incomplete is
 * thrown away and computed again: running attempts of readers, partly written shuffles, partly
 * persisted RDDs, and the results that a job has so far, of which the driver has not seen any. When
 * a shuffle that was thrown away is written again and differs, this comes round for its readers.
 *
 * <p>Some actions run several jobs over one RDD ({@code take}, {@code toLocalIterator}). The driver
 * has used the results of the first, so the later ones fail and say so.
 */
final class ChangedOutputs {
  private final Lineage lineage;
  private final ShuffleOutputs shuffles;
  private final MapOutputs outputs;
  private final PersistedBlocks persisted;
  private final BlockKeeper blocks;
  private final NarrowWalk walk;
  private final StageGraph stages;
  private final TaskScheduler tasks;
  private final JobTable jobs;

  ChangedOutputs(
      Lineage lineage,
      ShuffleOutputs shuffles,
      MapOutputs outputs,
      PersistedBlocks persisted,
      BlockKeeper blocks,
      NarrowWalk walk,
      StageGraph stages,
      TaskScheduler tasks,
      JobTable jobs) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.shuffles = requireNonNull(shuffles, "shuffles is null");
    this.outputs = requireNonNull(outputs, "outputs is null");
    this.persisted = requireNonNull(persisted, "persisted is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
    this.walk = requireNonNull(walk, "walk is null");
    this.stages = requireNonNull(stages, "stages is null");
    this.tasks = requireNonNull(tasks, "tasks is null");
    this.jobs = requireNonNull(jobs, "jobs is null");
  }

  /**
   * Throws away what does not fit a changed map output.
   *
   * @param writer the stage that wrote it
   * @param highestJob the highest number of a job so far
   * @return the jobs that have to fail
   */
  Map<Job, JobFailure> handle(ShuffleDependency shuffle, int map, Stage writer, long highestJob) {
    return handle(shuffle.id(), "Map output " + map, writer.site, highestJob);
  }

  /**
   * Throws away what does not fit the map outputs that a persisted node will be computed from
   * again. It was complete, from former ones, and has lost a block.
   */
  Map<Job, JobFailure> handleBlocks(NodeId node, long highestJob) {
    Map<Job, JobFailure> failed = new LinkedHashMap<>();
    for (ShuffleId shuffle : walk.shufflesBehindBlocks(node)) {
      failed.putAll(handle(shuffle, "A map output", lineage.shuffle(shuffle).site(), highestJob));
    }
    return failed;
  }

  private Map<Job, JobFailure> handle(
      ShuffleId shuffle, String output, String site, long highestJob) {
    Map<Job, JobFailure> failed = new LinkedHashMap<>();
    shuffles.changed(shuffle, highestJob);
    tasks.changed(shuffle);
    throwAwayBlocks(shuffle);
    throwAwayShuffles(shuffle);
    for (Stage reader : stages.readers(shuffle)) {
      TaskSet set = tasks.find(reader.id);
      if (set == null) {
        continue;
      }
      if (reader.shuffle == null) {
        Job job = reader.firstJob();
        if (job.request.after() != null) {
          failed.put(job, failure(job, reader.id, output, site));
        } else if (!job.rows.isEmpty()) {
          jobs.takeBack(job, reader.id);
          tasks.reopen(reader.id, job.partitions);
        }
      }
      tasks.restartRunning(reader.id, "a map output that it reads has changed");
    }
    return failed;
  }

  /** Returns why a job that comes after others of its action has to fail at once, or null. */
  @Nullable JobFailure sinceItsAction(Job job, Stage result) {
    Long first = job.request.after();
    if (first != null) {
      for (ShuffleId id : walk.shufflesBehindBlocks(result.node)) {
        if (shuffles.hasChangedSince(id, first)) {
          return failure(job, result.id, "A map output", lineage.shuffle(id).site());
        }
      }
    }
    return null;
  }

  private void throwAwayBlocks(ShuffleId changed) {
    for (NodeId node : new ArrayList<>(lineage.levels().keySet())) {
      int count = persisted.count(node);
      if (count == 0 || !walk.shufflesBehindBlocks(node).contains(changed)) {
        continue;
      }
      if (count < lineage.partitions(node)) {
        blocks.removeAll(node);
      } else {
        blocks.outdated(node);
      }
    }
  }

  private void throwAwayShuffles(ShuffleId changed) {
    for (ShuffleId id : shuffles.incomplete()) {
      ShuffleDependency shuffle = lineage.shuffle(id);
      if (!id.equals(changed) && walk.shufflesBehindBlocks(shuffle.parent()).contains(changed)) {
        outputs.unregisterAll(id);
      }
    }
  }

  private static JobFailure failure(Job job, int stage, String output, String site) {
    return new JobFailure(
        "indeterminate",
        output
            + " of "
            + site
            + " was lost, and came out different when it was computed again. Mostly the functions"
            + " before it are not deterministic (they use random numbers, the time, or the order of a"
            + " set); the order of merging can show, too, when memory runs short at another point."
            + " Partitions that the action has used already were computed from the old output, and may"
            + " not fit the new one. Persist or save the RDD before the shuffle, or seed its random"
            + " numbers",
        job.id(),
        stage,
        -1,
        -1,
        0,
        site,
        null,
        null);
  }
}
