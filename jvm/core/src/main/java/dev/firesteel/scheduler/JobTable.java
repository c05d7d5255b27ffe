package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

import dev.firesteel.accumulator.AccumulatorLedger;
import dev.firesteel.id.Location;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.JobResult.ResultRow;
import dev.firesteel.job.JobSink;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.LineageAdditions;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.scheduler.States.JobState;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The jobs that have not ended, and their results so far. Owned by the scheduler's thread. */
final class JobTable {
  private final Lineage lineage;
  private final AccumulatorLedger accumulators;
  private final Consumer<SchedulerAction> actions;
  private final Map<Long, Job> jobs = new LinkedHashMap<>();
  private long lastSequence;
  private long highest = -1;

  JobTable(Lineage lineage, AccumulatorLedger accumulators, Consumer<SchedulerAction> actions) {
    this.lineage = requireNonNull(lineage, "lineage is null");
    this.accumulators = requireNonNull(accumulators, "accumulators is null");
    this.actions = requireNonNull(actions, "actions is null");
  }

  /**
   * Returns the partitions that a job wants, in the order of its answer. Changes nothing.
   *
   * @param additions what will be there when it is taken
   * @throws LineageException if it cannot be
   */
  List<Integer> partitions(JobRequest request, LineageAdditions additions) {
    if (jobs.containsKey(request.job())) {
      throw new LineageException("job " + request.job() + " is running already");
    }
    int available = additions.partitions(request.target());
    List<Integer> partitions = request.partitions();
    if (partitions == null) {
      return IntStream.range(0, available).boxed().toList();
    }
    for (int partition : partitions) {
      if (partition < 0 || partition >= available) {
        throw new LineageException(
            request.target() + " has " + available + " partitions, and no number " + partition);
      }
    }
    return partitions;
  }

  /** Enters a job that wants these partitions. */
  Job add(JobRequest request, List<Integer> partitions) {
    Job job = new Job(request, ++lastSequence, partitions);
    jobs.put(job.id(), job);
    highest = Math.max(highest, job.id());
    lineage.hold(request.target());
    return job;
  }

  /** Returns a job, or null if there is none of that number. */
  @Nullable Job find(long job) {
    return jobs.get(job);
  }

  /** Returns the highest number of all jobs so far, or -1. */
  long highest() {
    return highest;
  }

  /** Returns all jobs. */
  Collection<Job> all() {
    return new ArrayList<>(jobs.values());
  }

  /** Returns how many jobs there are. */
  int size() {
    return jobs.size();
  }

  /**
   * Adds the result of a partition.
   *
   * @param executor which executor has its file, if it is in one
   * @return why the job has to fail because of it, or null
   */
  @Nullable JobFailure addRow(Job job, TaskAttempt attempt, TaskReport report, String executor) {
    byte[] inline = report.result();
    OutputFile file = report.output();
    long bytes = inline != null ? inline.length : file == null ? 0 : file.bytes();
    long records = inline == null && file != null ? file.records() : report.records();
    ResultRow row =
        new ResultRow(
            attempt.partition(),
            inline,
            file == null ? null : file.location(),
            bytes,
            records,
            attempt.id());
    if (job.rows.put(attempt.partition(), row) != null) {
      throw new IllegalStateException(
          job + " got partition " + attempt.partition() + " twice, now by " + attempt);
    }
    job.resultBytes += bytes;
    if (job.request.sink() instanceof JobSink.Result && file != null) {
      job.files.put(attempt.partition(), executor);
    }
    long limit = job.request.maxResultSize();
    if (job.request.sink() instanceof JobSink.Result && limit > 0 && job.resultBytes > limit) {
      return new JobFailure(
          "result_size",
          "The results of "
              + job.rows.size()
              + " partitions have "
              + job.resultBytes
              + " bytes together, more than spark.driver.maxResultSize ("
              + limit
              + " bytes)",
          job.id(),
          attempt.stage(),
          attempt.partition(),
          attempt.attempt(),
          attempt.attempt() + 1,
          job.request.site(),
          null,
          null);
    }
    return null;
  }

  /** The results of a job so far are thrown away, to be computed again by its result stage. */
  void takeBack(Job job, int stage) {
    if (!(job.request.sink()
        instanceof JobSink.SaveText)) { // there, the next attempt replaces them
      deleteResults(job);
    }
    job.rows.clear();
    job.files.clear();
    job.resultBytes = 0;
    for (Location file : accumulators.takeBack(job.id(), stage)) {
      actions.accept(new SchedulerAction.DeleteFile(file));
    }
  }

  /**
   * An executor is gone, with the results that it had.
   *
   * @return the partitions that are missing now, of each job that is not ending
   */
  Map<Job, List<Integer>> lose(String executor) {
    Map<Job, List<Integer>> missing = new LinkedHashMap<>();
    for (Job job : jobs.values()) {
      List<Integer> lost =
          job.files.keySet().stream()
              .filter(partition -> executor.equals(job.files.get(partition)))
              .toList();
      if (job.state.is(JobState.RUNNING) && !lost.isEmpty()) {
        lost.forEach(partition -> takeBack(job, partition));
        missing.put(job, lost);
      }
    }
    return missing;
  }

  private void takeBack(Job job, Integer partition) {
    job.files.remove(partition);
    ResultRow row = requireNonNull(job.rows.remove(partition), "it has a file");
    job.resultBytes -= row.bytes();
    if (row.file() != null) {
      actions.accept(new SchedulerAction.DeleteFile(row.file()));
    }
  }

  /** The counts of the partitions that exist as blocks are known. */
  void addCounts(Job job, PersistedBlocks blocks) {
    for (int partition : job.partitions) {
      StoredBlock block = blocks.get(job.request.target(), partition);
      if (block != null) {
        job.rows.put(
            partition, new ResultRow(partition, null, null, 0, block.records(), block.attempt()));
      }
    }
  }

  /** A job whose attempts have all ended hands out its result. */
  void conclude(Job job) {
    job.state.to(JobState.ENDED, "its attempts have ended");
    jobs.remove(job.id());
    AccumulatorLedger.Taken taken = accumulators.take(job.id(), job.request.update().language());
    taken.unread().forEach(file -> actions.accept(new SchedulerAction.DeleteFile(file)));
    List<byte[]> updates = taken.updates();
    JobResult result;
    if (job.failure == null) {
      List<ResultRow> rows = new ArrayList<>(job.partitions.size());
      for (int partition : job.partitions) {
        ResultRow row = job.rows.get(partition);
        if (row != null) { // a job that was ended with what it has lacks some
          rows.add(row);
        }
      }
      result = new JobResult.Succeeded(rows, updates, List.of());
    } else {
      result = new JobResult.Failed(job.failure, updates);
      if (job.request.sink() instanceof JobSink.Result) {
        deleteResults(job);
      }
    }
    actions.accept(new SchedulerAction.EndJob(job.id(), result));
  }

  private void deleteResults(Job job) {
    for (ResultRow row : job.rows.values()) {
      if (row.file() != null) {
        actions.accept(new SchedulerAction.DeleteFile(row.file()));
      }
    }
  }
}
