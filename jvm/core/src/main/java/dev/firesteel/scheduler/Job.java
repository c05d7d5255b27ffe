package dev.firesteel.scheduler;

import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult.ResultRow;
import dev.firesteel.scheduler.States.JobState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A job that has not ended. Owned by the scheduler's thread. */
final class Job {
  final JobRequest request;
  final long sequence;
  final Lifecycle<JobState> state;

  /** The partitions of the answer, in its order; one may be asked for twice. */
  final List<Integer> partitions;

  /** How many different ones there are. */
  final int wanted;

  /** The partitions that are there. */
  final Map<Integer, ResultRow> rows = new HashMap<>();

  /** Which executor has the file of a result that is in one. */
  final Map<Integer, String> files = new HashMap<>();

  /** All stages that were ever made or joined for it, the result stage first. */
  final Set<Stage> stages = new LinkedHashSet<>();

  /** The ended task sets whose attempts it waits for before it ends. */
  final Set<Integer> draining = new HashSet<>();

  long resultBytes;

  /** Why it fails, or null. */
  @Nullable JobFailure failure;

  Job(JobRequest request, long sequence, List<Integer> partitions) {
    this.request = request;
    this.sequence = sequence;
    this.partitions = partitions;
    this.wanted = new HashSet<>(partitions).size();
    this.state = new Lifecycle<>(this, JobState.RUNNING);
  }

  long id() {
    return request.job();
  }

  boolean isComplete() {
    return rows.size() == wanted;
  }

  @Override
  public String toString() {
    return "job " + id();
  }
}
