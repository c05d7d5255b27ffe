package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.crossing.CrossingFiles;
import dev.firesteel.lineage.Language;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.task.TaskReport;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import dev.firesteel.util.ProtocolException;
import dev.firesteel.worker.WorkerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The places of one attempt's plan where a half in one language reads what a half in the other
 * gives. All halves in Java are run by the attempt's thread; each in Python has a worker. For that
 * thread.
 *
 * <p>A half is opened when it is first read. Closing ends those that have not come to their end,
 * and removes their files.
 */
final class Crossings implements AutoCloseable {
  private static final Log LOG = Log.of("executor");

  private final RunningTask running;
  private final TaskNames names;
  private final PlanRun.Runners runners;
  private final Path scratch;
  private final JavaAttempt java;

  /** What Java gives, by the number of the crossing. */
  private final Map<Integer, Source.Crossing> ofJava = new HashMap<>();

  private final Map<Integer, JavaHalf> giving = new HashMap<>();
  private final List<PythonHalf> reading = new ArrayList<>();
  private final List<TaskReport> reports = new ArrayList<>();
  private final List<Path> directories = new ArrayList<>();

  /**
   * A half in Java, opened for Python.
   *
   * @param records its records, made as they are asked for
   * @param site says which operation makes them, for errors; null if it is not known
   */
  record Opened(Iterator<?> records, Supplier<@Nullable String> site) {}

  Crossings(
      RunningTask running,
      TaskNames names,
      PlanRun.Runners runners,
      Path scratch,
      JavaAttempt java) {
    this.running = requireNonNull(running, "running is null");
    this.names = requireNonNull(names, "names is null");
    this.runners = requireNonNull(runners, "runners is null");
    this.scratch = requireNonNull(scratch, "scratch is null");
    this.java = requireNonNull(java, "java is null");
    for (Source.Crossing crossing : running.task.plan().crossings()) {
      if (crossing.from() == Language.JAVA) {
        ofJava.put(crossing.number(), crossing);
      }
    }
  }

  /** The next batch that Java gives to Python. */
  CrossingFiles.Batch give(int number) throws IOException {
    JavaHalf half = giving.get(number);
    if (half == null) {
      Source.Crossing crossing = ofJava.get(number);
      if (crossing == null) {
        throw new ProtocolException(
            "A worker asks for crossing " + number + ", which is not there");
      }
      half = new JavaHalf(java.open(crossing.source()), files(number));
      giving.put(number, half);
    }
    return half.next();
  }

  /** Java has given a batch, and may make the next one already. */
  void gave(int number) {
    JavaHalf half = giving.get(number);
    if (half != null) {
      half.goAhead();
    }
  }

  /** The records that Python gives to Java, made as they are asked for. */
  Iterator<?> read(Source.Crossing crossing) throws IOException {
    Path directory = directory(crossing.number());
    byte[] body =
        TaskFrames.task(
            running.task,
            new Sink.Exchange(crossing.source(), crossing.number()),
            names.locations(),
            names.space(),
            directory,
            runners.settings());
    PythonHalf half =
        new PythonHalf(
            () -> begin(body),
            new CrossingFiles(directory, crossing.number(), running.attempt().id()),
            crossing.number(),
            running.attempt(),
            reports::add);
    reading.add(half);
    return half;
  }

  private WorkerTalk begin(byte[] body) throws WorkerException, InterruptedException {
    return java.uninterrupted(
        () -> WorkerTalk.begin(running, names, runners.workers(), this, body));
  }

  private CrossingFiles files(int number) throws IOException {
    return new CrossingFiles(directory(number), number, running.attempt().id());
  }

  /** A crossing's own directory: batches and the spill files of its worker. */
  private Path directory(int number) throws IOException {
    Path made = FileTrees.createDirectory(scratch.resolve("crossing-" + number));
    directories.add(made);
    return made;
  }

  /**
   * Ends the halves in Python that the one in Java has read as far as it wanted.
   *
   * @return what they report
   */
  List<TaskReport> finish() {
    for (int i = reading.size() - 1; i >= 0; i--) {
      reading.get(i).finish();
    }
    return List.copyOf(reports);
  }

  @Override
  public void close() {
    try {
      java.uninterrupted(this::endReading);
    } catch (WorkerException | InterruptedException e) {
      throw new AssertionError("nothing is started or waited for", e);
    }
    for (Path directory : directories) {
      try {
        FileTrees.delete(directory);
      } catch (IOException e) {
        LOG.warn("The batches in " + directory + " can't be removed: " + e);
      }
    }
  }

  private Integer endReading() {
    int ended = 0;
    for (int i = reading.size() - 1; i >= 0; i--) {
      reading.get(i).close();
      ended++;
    }
    return ended;
  }

  /** A half in Java that is read by one in Python. */
  private static final class JavaHalf {
    private final Opened opened;
    private final CrossingFiles files;
    private CrossingFiles.@Nullable Batch ahead;
    private @Nullable Throwable failure;
    private int given;
    private boolean ended;

    JavaHalf(Opened opened, CrossingFiles files) {
      this.opened = opened;
      this.files = files;
    }

    CrossingFiles.Batch next() throws IOException {
      CrossingFiles.Batch batch = ahead;
      ahead = null;
      if (failure instanceof IOException known) {
        throw known;
      } else if (failure instanceof RuntimeException known) {
        throw known;
      } else if (failure instanceof Error known) {
        throw known;
      }
      if (batch == null) {
        batch = files.write(opened.records(), opened.site());
      }
      given++;
      ended = batch.path() == null;
      return batch;
    }

    /**
     * Makes a batch while Python works on the last one; not on the first, which may be all that is
     * wanted. What goes wrong is told when the batch is asked for.
     */
    void goAhead() {
      if (given < 2 || ended || ahead != null || failure != null) {
        return;
      }
      try {
        ahead = files.write(opened.records(), opened.site());
      } catch (IOException | RuntimeException | Error e) {
        failure = e;
      }
    }
  }
}
