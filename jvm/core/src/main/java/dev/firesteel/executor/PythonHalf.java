package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.crossing.CrossingFiles;
import dev.firesteel.storage.StorageException;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import dev.firesteel.util.Fields;
import dev.firesteel.util.ProtocolException;
import dev.firesteel.worker.Frame;
import dev.firesteel.worker.FrameType;
import dev.firesteel.worker.WorkerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The records of a half of a plan that a worker runs, for the half in Java that reads them. The
 * worker is started when the first record is asked for. For the attempt's thread.
 *
 * <p>The worker makes the next batch while Java works on the last one; but not the second before it
 * is asked for, since the first, which is small, may be all that is wanted.
 */
final class PythonHalf implements Iterator<Object>, AutoCloseable {
  private final Beginning beginning;
  private final CrossingFiles files;
  private final int number;
  private final TaskAttempt attempt;
  private final Consumer<TaskReport> done;

  private @Nullable WorkerTalk talk;
  private Iterator<?> batch = Collections.emptyIterator();
  private int batches;

  /** Whether the worker is making a batch. */
  private boolean asked;

  private boolean ended;

  /** Gives a worker the half's plan. */
  @FunctionalInterface
  interface Beginning {
    WorkerTalk begin() throws WorkerException, InterruptedException;
  }

  PythonHalf(
      Beginning beginning,
      CrossingFiles files,
      int number,
      TaskAttempt attempt,
      Consumer<TaskReport> done) {
    this.beginning = requireNonNull(beginning, "beginning is null");
    this.files = requireNonNull(files, "files is null");
    this.number = number;
    this.attempt = requireNonNull(attempt, "attempt is null");
    this.done = requireNonNull(done, "done is null");
  }

  @Override
  public boolean hasNext() {
    while (!ended && !batch.hasNext()) {
      batch = Collections.emptyIterator();
      read();
    }
    return batch.hasNext();
  }

  @Override
  @SuppressWarnings("NullAway") // records may be null
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return batch.next();
  }

  private void read() {
    try {
      WorkerTalk worker = started();
      if (!asked) {
        worker.need(number, true);
      }
      asked = false;
      Frame frame = worker.hear();
      if (frame.type() != FrameType.BATCH) {
        throw worker.misplaced(frame);
      }
      Fields fields = frame.fields();
      String path = fields.stringOrNull("path");
      if (path == null) {
        files.end(fields.number("records"));
        ended(worker);
        return;
      }
      batches++;
      if (batches > 1) {
        worker.need(number, true);
        asked = true;
      }
      batch = files.read(Path.of(path), fields.number("bytes")).iterator();
    } catch (StorageException e) {
      throw failed(FailureKind.CORRUPT, e);
    } catch (IOException e) {
      throw failed(FailureKind.DISK, e);
    } catch (WorkerException e) {
      throw new AttemptEndedException(
          new TaskOutcome.LaunchFailed(attempt, String.valueOf(e.getMessage()), e.isLasting()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AttemptEndedException(
          new TaskOutcome.Killed(attempt, "The task's thread was interrupted"));
    }
  }

  private WorkerTalk started() throws WorkerException, InterruptedException {
    WorkerTalk known = talk;
    if (known == null) {
      known = beginning.begin();
      talk = known;
      asked = true; // the plan itself asks for the first batch
    }
    return known;
  }

  /** The worker has no more to give, or is not to: it says what it has done. */
  private void ended(WorkerTalk worker) throws InterruptedException {
    ended = true;
    batch = Collections.emptyIterator();
    Frame frame = worker.hear();
    if (frame.type() == FrameType.DONE) {
      try {
        done.accept(worker.report(frame));
      } catch (ProtocolException e) {
        throw worker.misunderstood(e);
      }
      close();
      return;
    }
    throw worker.misplaced(frame);
  }

  /** Java has read as much as it wanted. */
  void finish() {
    WorkerTalk worker = talk;
    if (ended || worker == null) {
      return;
    }
    try {
      if (asked) {
        Frame frame = worker.hear();
        if (frame.type() != FrameType.BATCH) {
          throw worker.misplaced(frame);
        }
        if (frame.fields().stringOrNull("path") == null) {
          ended(worker);
          return;
        }
      }
      worker.need(number, false);
      ended(worker);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AttemptEndedException(
          new TaskOutcome.Killed(attempt, "The task's thread was interrupted"));
    }
  }

  private AttemptEndedException failed(FailureKind kind, IOException cause) {
    return new AttemptEndedException(
        new TaskOutcome.Failed(
            attempt,
            new FailureReport(kind, String.valueOf(cause.getMessage()), null, null, null)));
  }

  /** Gives the worker back, or ends it when it has not come to its end. */
  @Override
  public void close() {
    ended = true;
    WorkerTalk worker = talk;
    talk = null;
    if (worker != null) {
      worker.close();
    }
  }
}
