package dev.firesteel.gateway;

import static java.util.Objects.requireNonNull;

import dev.firesteel.application.Application;
import dev.firesteel.id.BlockId;
import dev.firesteel.job.EngineStatus;
import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobRequestCodec;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.JobResultCodec;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Log;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the driver can call, through Py4J: bytes in, bytes out, so that nothing stays referenced
 * from Python. Called by a thread for each connection, so every method may block. A failed job is
 * an answer, not an exception.
 */
public class GatewayEntry {
  private static final Log LOG = Log.of("gateway");

  private static final long ABANDONED_SECONDS = 2;

  private final Application application;

  /** What connections wait for, by job. */
  private final Map<Long, CompletableFuture<String>> answers = new ConcurrentHashMap<>();

  GatewayEntry(Application application) {
    this.application = requireNonNull(application, "application is null");
  }

  /** Runs a job to its end. */
  public String runJob(byte[] request) {
    long job = -1;
    CompletableFuture<String> answer = new CompletableFuture<>();
    JobResult result;
    try {
      JobRequest decoded = JobRequestCodec.decode(request, application.inputs()::find);
      job = decoded.job();
      application.inputs().forget(decoded.update().release().files());
      answers.put(job, answer);
      result = application.engine().run(decoded);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      result = failed(JobFailure.of("stopped", "The engine was stopped", job, ""));
    } catch (RuntimeException e) {
      LOG.error("Job " + job + " failed in the engine", e);
      result = failed(JobFailure.internal(e, job, ""));
    }
    String text = text(JobResultCodec.encode(result));
    answer.complete(text);
    answers.remove(job, answer);
    return text;
  }

  /**
   * Cancels a job whose driver no longer waits in {@link #runJob}, and answers what that would
   * have: what tasks have added to accumulators, and where results are that can go. Nothing if the
   * job is not known, or does not end soon.
   */
  public @Nullable String abandonJob(long job, String reason) throws InterruptedException {
    CompletableFuture<String> answer = answers.get(job);
    application.engine().cancel(job, reason);
    if (answer == null) {
      return null;
    }
    try {
      return answer.get(ABANDONED_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.info("Job " + job + " was abandoned, and takes long to end");
      return null;
    } catch (ExecutionException e) {
      throw new AssertionError("an answer is never completed exceptionally", e);
    }
  }

  /** Cancels a job; an unknown one has no effect. */
  public void cancelJob(long job, String reason) {
    application.engine().cancel(job, reason);
  }

  /** Ends a job with the partitions that it has; an unknown one has no effect. */
  public void finishJob(long job) {
    application.engine().finish(job);
  }

  /** Lists and splits input files. */
  public String describeFiles(byte[] request) {
    return FileRequests.describe(application.inputs(), Msgpack.unpackMap(request), this::listed);
  }

  /** Returns the local path that a path of the user's stands for. */
  public String localPath(byte[] request) {
    return FileRequests.local(Msgpack.unpackMap(request));
  }

  /** Takes note of input files that the driver has had listed; it ends with the engine. */
  void listed(long files) {}

  /** Which stages a job has, or had if it ended not long ago. */
  public String stages(long job) throws InterruptedException {
    return answer(map("stages", application.engine().stages(job)));
  }

  /** What a stage is doing, or has done: a list of one, or none if it is not known. */
  public String stage(int stage) throws InterruptedException {
    return text(JobResultCodec.encodeProgress(application.engine().stage(stage).stream().toList()));
  }

  /** What the stages of a running job are doing. */
  public String progress(long job) throws InterruptedException {
    return text(JobResultCodec.encodeProgress(application.engine().progress(job)));
  }

  /** Applies storage levels, releases and the level of the log without a job. */
  public String update(byte[] request) throws InterruptedException {
    String level = Msgpack.unpackMap(request).stringOrNull("log_level");
    if (level != null) {
      Log.level(Log.Level.parse(level));
    }
    LineageUpdate update = JobRequestCodec.decodeUpdate(request, application.inputs()::find);
    application.inputs().forget(update.release().files());
    application.engine().update(update);
    Fields fields = Msgpack.unpackMap(request);
    if (fields.has("blocking") && fields.flag("blocking")) {
      application.files().awaitCleanup();
    }
    return answer(map("ok", true));
  }

  /** Lets the driver write more of a broadcast into the memory tier, while there is room. */
  public String room(byte[] request) {
    Fields fields = Msgpack.unpackMap(request);
    String name = fields.string("name");
    if (!(BlockId.parse(name) instanceof BlockId.Broadcast broadcast)) {
      throw new ProtocolException(name + " is no broadcast, and the driver writes no other blocks");
    }
    long granted =
        application.files().room(broadcast, fields.number("bytes"), fields.number("least"));
    return answer(map("bytes", granted));
  }

  /** What there is: executors, processes, blocks. */
  public String status() throws InterruptedException {
    EngineStatus status = application.engine().status();
    List<Object> executors = new ArrayList<>();
    for (EngineStatus.ExecutorStatus executor : status.executors()) {
      executors.add(map("id", executor.id(), "slots", executor.slots(), "free", executor.free()));
    }
    return answer(
        map(
            "executors", executors,
            "workers", application.workers().pids(),
            "daemon", application.workers().daemonPid(),
            "blocks", application.files().blocks(),
            "jobs", status.jobs(),
            "stages", status.stages(),
            "running", status.running(),
            "nodes", status.nodes(),
            "shuffles", status.shuffles()));
  }

  /**
   * Adds a jar in which classes of functions are found.
   *
   * @param path a path, or a {@code file:} URI
   */
  public String addJar(String path) {
    try {
      application.jars().add(path);
      return answer(map("ok", true));
    } catch (IOException e) {
      return refusal("JAR_NOT_USABLE", String.valueOf(e.getMessage()));
    }
  }

  /** Writes the closure of a function in Java, which the driver names by its class. */
  public String javaClosure(byte[] request) throws IOException {
    Fields fields = Msgpack.unpackMap(request);
    try {
      new JavaFunctions(application.jars())
          .write(
              fields.string("class"),
              fields.string("kind"),
              fields.string("site"),
              fields.string("name"),
              Path.of(fields.string("path")));
      return answer(map("ok", true));
    } catch (JavaFunctions.UnusableException e) {
      return refusal("JAVA_FUNCTION_NOT_USABLE", String.valueOf(e.getMessage()));
    }
  }

  /** Gives a node a name, by which other drivers of the application find it. */
  public String publish(byte[] request) throws InterruptedException {
    Fields fields = Msgpack.unpackMap(request);
    int driver = fields.integer("driver");
    LineageUpdate update = JobRequestCodec.decodeUpdate(request, application.inputs()::find);
    application.inputs().forget(update.release().files());
    application.engine().update(update);
    try {
      application.engine().path(driver, fields.strings("path"));
      application
          .names()
          .publish(
              driver,
              fields.string("name"),
              JobRequestCodec.decodeNode(driver, fields.get("target")));
      return answer(map("ok", true));
    } catch (IllegalArgumentException e) {
      return refusal("NAME_NOT_USABLE", String.valueOf(e.getMessage()));
    }
  }

  /** Finds a published node, and holds it for a driver. */
  public String lookup(byte[] request) throws InterruptedException {
    Fields fields = Msgpack.unpackMap(request);
    try {
      return text(
          JobResultCodec.encodeFound(
              application.names().lookup(fields.integer("driver"), fields.string("name"))));
    } catch (IllegalArgumentException e) {
      return refusal("NAME_NOT_PUBLISHED", String.valueOf(e.getMessage()));
    }
  }

  /** Takes a name away. */
  public String unpublish(String name) throws InterruptedException {
    try {
      application.names().unpublish(name);
      return answer(map("ok", true));
    } catch (IllegalArgumentException e) {
      return refusal("NAME_NOT_PUBLISHED", String.valueOf(e.getMessage()));
    }
  }

  /** The application, for programs that reach for it. */
  public ContextView context() {
    return new ContextView(application, GatewayMain.version());
  }

  private static String refusal(String condition, String message) {
    return text(JobResultCodec.encodeRefusal(condition, message));
  }

  /** Ends everything but this process, which ends when the driver closes its standard input. */
  public void stop() throws IOException {
    application.close();
  }

  private static JobResult failed(JobFailure failure) {
    return new JobResult.Failed(failure, List.of());
  }

  static String answer(Map<String, Object> fields) {
    return text(Msgpack.pack(fields));
  }

  /** Text, because Py4J's Python side takes bytes apart one by one. */
  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
