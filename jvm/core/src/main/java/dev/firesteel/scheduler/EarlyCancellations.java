package dev.firesteel.scheduler;

import dev.firesteel.job.JobFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cancellations of jobs that are not known. The driver cancels on another connection than the one
 * that brings the job, so the job may still be on its way. Most are of jobs that have ended: only
 * the latest are kept. Owned by the scheduler's thread.
 */
final class EarlyCancellations {
  private static final int MOST = 1_000;

  private final Map<Long, JobFailure> byJob =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, JobFailure> eldest) {
          return size() > MOST;
        }
      };

  /** A job that is not known was cancelled. */
  void add(long job, JobFailure failure) {
    byJob.put(job, failure);
  }

  /** A job has come; returns why it was cancelled before, or null. */
  @Nullable JobFailure take(long job) {
    return byJob.remove(job);
  }
}
