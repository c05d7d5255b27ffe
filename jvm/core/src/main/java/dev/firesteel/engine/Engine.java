package dev.firesteel.engine;

import dev.firesteel.id.NodeId;
import dev.firesteel.job.EngineStatus;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.StageProgress;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.lineage.RemainingLineage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Runs the jobs of drivers. Everything about where and how is behind this interface: slots of this
 * JVM now, other engines later. All methods may be called from any thread.
 */
public interface Engine extends AutoCloseable {

  /**
   * Takes a job.
   *
   * @return how it ends. A job that fails is an answer, and so is a fault of the engine's own: it
   *     is never completed exceptionally
   */
  CompletableFuture<JobResult> submit(JobRequest request);

  /**
   * Runs a job to its end.
   *
   * @throws InterruptedException if the calling thread is interrupted; the job is cancelled then
   */
  default JobResult run(JobRequest request) throws InterruptedException {
    try {
      return submit(request).get();
    } catch (InterruptedException e) {
      cancel(request.job(), "The thread that waited for the job was interrupted");
      throw e;
    } catch (ExecutionException e) {
      throw new AssertionError("an engine answers, whatever becomes of a job", e);
    }
  }

  /** Cancels a job; without effect if there is none of that number. */
  void cancel(long job, String reason);

  /**
   * Ends a job with what it has: its answer holds the partitions that are computed. Without effect
   * if there is none of that number.
   */
  void finish(long job);

  /** Applies what a driver says about its lineage, and returns when it has been applied. */
  void update(LineageUpdate update) throws InterruptedException;

  /**
   * Keeps a node for a name, or for a driver that did not make it, until {@link
   * dev.firesteel.lineage.LineageUpdate.Release} says otherwise or that driver ends.
   *
   * @param holder a driver's number, or a negative one for something else
   * @return what there is to know of it, or nothing if there is no such node
   */
  Optional<NodeView> hold(int holder, NodeId node) throws InterruptedException;

  /** Says where the Python functions of a driver find modules; each of its jobs says so too. */
  void path(int driver, List<String> path);

  /**
   * Cancels the jobs of a driver that has ended, and releases all that it kept. Jobs that come
   * later are refused.
   */
  RemainingLineage endDriver(int driver, String reason) throws InterruptedException;

  /** Returns what the stages of a running job are doing, in the order they were made. */
  List<StageProgress> progress(long job) throws InterruptedException;

  /** Returns the stages of a job that runs, or ended not long ago; none if it is not known. */
  List<Integer> stages(long job) throws InterruptedException;

  /** Returns what a stage is doing, or has done if it ended not long ago. */
  Optional<StageProgress> stage(int stage) throws InterruptedException;

  /** Tells a listener what happens from now on, until the engine is closed. */
  void listen(EngineListener listener);

  /** Returns counts of what there is. */
  EngineStatus status() throws InterruptedException;

  /** Ends all jobs as stopped, then the executors. Idempotent. */
  @Override
  void close();
}
