package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.engine.Engine;
import dev.firesteel.job.JobNumbers;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.JobSink;
import dev.firesteel.util.Log;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a driver: run, waited for, and cancelled. An action is one call of the engine. No
 * lock is held while a job runs, so that jobs of several threads run at once. Thread-safe.
 */
public final class Jobs {
  private static final Log LOG = Log.of("driver");

  /** How long a job that nobody waits for any more is given to say what counts. */
  private static final long ABANDONED_SECONDS = 2;

  private final int driver;
  private final Engine engine;
  private final Requests requests;
  private final Lifetime lifetime;
  private final Settings settings;
  private final AtomicLong numbers;
  private final Map<Long, Map<String, String>> running = new ConcurrentHashMap<>();

  /** The jobs that ended last, the eldest first. Guarded by itself. */
  private final Map<Long, End> ended = new LinkedHashMap<>();

  /** What is written after a job that computed it; set once, before the first job. */
  private @Nullable Checkpoints checkpoints;

  /**
   * What jobs do with their answers.
   *
   * @param loader finds the program's classes
   * @param accumulators takes the updates of accumulators that count, after each job
   * @param maxResultSize the bytes that the results of one job may have
   * @param retained how many jobs that have ended are remembered
   */
  record Settings(
      ClassLoader loader, Consumer<List<byte[]>> accumulators, long maxResultSize, int retained) {
    Settings {
      requireNonNull(loader, "loader is null");
      requireNonNull(accumulators, "accumulators is null");
    }
  }

  Jobs(int driver, Engine engine, Requests requests, Lifetime lifetime, Settings settings) {
    this.driver = driver;
    this.engine = requireNonNull(engine, "engine is null");
    this.requests = requireNonNull(requests, "requests is null");
    this.lifetime = requireNonNull(lifetime, "lifetime is null");
    this.settings = requireNonNull(settings, "settings is null");
    this.numbers = new AtomicLong(JobNumbers.first(driver));
  }

  void writeAfterwards(Checkpoints marked) {
    checkpoints = marked;
  }

  /** The first job of an action that runs several; the engine fails a later one that misfits. */
  public static final class Series {
    private volatile @Nullable Long first;
  }

  /**
   * A job to run.
   *
   * @param partitions which partitions, or null for all
   * @param site the action and its place
   * @param properties the local properties
   * @param series the action's jobs, where it runs several; else null
   */
  public record Job(
      DriverNode target,
      @Nullable List<Integer> partitions,
      JobSink sink,
      String site,
      Map<String, String> properties,
      @Nullable Series series) {}

  /** How a job ended, and its local properties. */
  public record End(Map<String, String> properties, boolean succeeded) {}

  /** How a job ended that succeeded. */
  public record Ended(long job, List<JobResult.ResultRow> rows) {}

  /**
   * Runs a job to its end.
   *
   * @throws dev.firesteel.types.FiresteelException when it does not succeed
   * @throws InterruptedException when the thread was interrupted; the job has been cancelled then
   */
  public Ended run(Job job) throws InterruptedException {
    return run(job, true);
  }

  /**
   * Runs a job to its end.
   *
   * @param counts whether what tasks add to accumulators counts; not when results are only made
   *     again
   */
  Ended run(Job job, boolean counts) throws InterruptedException {
    lifetime.requireRunning(job.site());
    Requests.Request told = requests.about(job.target());
    JobRequest request = request(job, told);
    JobResult result;
    boolean taken = false;
    try {
      result = answer(request, counts);
      taken =
          !(result instanceof JobResult.Failed failed
              && failed.failure().kind().equals("internal"));
    } finally {
      if (taken) {
        requests.answered(told);
      } else {
        requests.notTaken(told);
      }
    }
    boolean used = false;
    try {
      if (counts) {
        settings.accumulators().accept(result.accumulators());
      }
      if (result instanceof JobResult.Failed failed) {
        throw JobErrors.of(failed.failure(), job.site(), settings.loader());
      }
      JobResult.Succeeded done = (JobResult.Succeeded) result;
      done.notices().forEach(LOG::warn);
      requireNonNull(checkpoints, "checkpoints is null").write(job.target(), job.properties());
      used = true;
      return new Ended(request.job(), done.rows());
    } finally {
      if (!used) {
        discard(request, result);
      }
    }
  }

  private JobRequest request(Job job, Requests.Request told) {
    long number = numbers.getAndIncrement();
    Series series = job.series();
    Long after = series == null ? null : series.first;
    if (series != null && after == null) {
      series.first = number;
    }
    return new JobRequest(
        driver,
        number,
        job.site(),
        told.update(),
        told.target(),
        job.partitions(),
        job.sink(),
        List.of(), // a Java program's Python functions say themselves where they search
        job.properties(),
        settings.maxResultSize(),
        after);
  }

  /** Waits for the end of a job; one whose thread is interrupted is cancelled. */
  private JobResult answer(JobRequest request, boolean counts) throws InterruptedException {
    running.put(request.job(), request.properties());
    CompletableFuture<JobResult> answer = engine.submit(request);
    boolean succeeded = false;
    try {
      JobResult result = answer.get();
      succeeded = result instanceof JobResult.Succeeded;
      return result;
    } catch (InterruptedException interrupt) {
      abandon(request, answer, counts, interrupt);
      throw interrupt;
    } catch (ExecutionException e) {
      throw new AssertionError("an engine answers, whatever becomes of a job", e);
    } finally {
      remember(request.job(), new End(request.properties(), succeeded));
      running.remove(request.job());
    }
  }

  private void remember(long job, End end) {
    synchronized (ended) {
      ended.put(job, end);
      if (ended.size() > settings.retained()) {
        ended.remove(ended.keySet().iterator().next());
      }
    }
  }

  /**
   * Cancels a job that its thread no longer waits for. What its tasks have added to accumulators
   * counts, as whenever a job is cancelled.
   */
  private void abandon(
      JobRequest request,
      CompletableFuture<JobResult> answer,
      boolean counts,
      InterruptedException interrupt) {
    engine.cancel(request.job(), "The thread that waited for the job was interrupted");
    try {
      JobResult result = answer.get(ABANDONED_SECONDS, TimeUnit.SECONDS);
      discard(request, result);
      if (counts) {
        settings.accumulators().accept(result.accumulators());
      }
    } catch (TimeoutException e) {
      LOG.info("Job " + request.job() + " was abandoned, and takes long to end");
      CompletableFuture<Void> unused = answer.thenAcceptAsync(result -> discard(request, result));
    } catch (InterruptedException | ExecutionException | RuntimeException e) {
      interrupt.addSuppressed(e);
    }
  }

  /** Removes results that nobody will read; what a job has saved is not the driver's. */
  private static void discard(JobRequest request, JobResult result) {
    if (request.sink() instanceof JobSink.Result && result instanceof JobResult.Succeeded done) {
      Results.discard(done.rows());
    }
  }

  /**
   * Runs a job and reads its results.
   *
   * @return the records of each partition
   * @throws InterruptedException when the thread was interrupted; the job has been cancelled then
   */
  public List<Object[]> collect(Job job) throws InterruptedException {
    return Results.collect(this, settings.loader(), job);
  }

  /** Returns the running jobs with their local properties. */
  public Map<Long, Map<String, String>> running() {
    return Map.copyOf(running);
  }

  /** Returns the jobs that ended last. */
  public Map<Long, End> ended() {
    synchronized (ended) {
      return Map.copyOf(ended);
    }
  }

  /** Cancels a job; without effect when it has ended. */
  public void cancel(long job, String reason) {
    engine.cancel(job, reason);
  }
}
