package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.records.NewFile;
import dev.firesteel.records.RecordWriter;
import dev.firesteel.storage.BatchFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Carries out the plan of a task whose functions are in Java. For the task's thread. */
public final class PlanRunner implements Sink.Visitor<TaskOutput, RuntimeException> {
  private final JavaTask task;
  private final CachedBlocks cached;
  private final Sources sources;

  private PlanRunner(JavaTask task, CachedBlocks cached) {
    this.task = requireNonNull(task, "task is null");
    this.cached = task.onEnd(cached);
    this.sources = new Sources(task, cached);
  }

  /**
   * Runs a plan to its end.
   *
   * @throws RuntimeException whatever goes wrong: a {@link UserFunctionException}, a {@link
   *     dev.firesteel.records.TaskFault}, a {@link TaskKilledException}, or a defect of ours
   */
  public static TaskOutput run(JavaTask task, Sink plan) {
    return plan.accept(new PlanRunner(task, new CachedBlocks(task, plan.source())));
  }

  /** Opens a half of a plan that has no sink: the other language's half takes its records. */
  public static Opened open(JavaTask task, Source plan) {
    PlanRunner runner = new PlanRunner(task, new CachedBlocks(task, plan));
    return new Opened(runner.sources.open(plan), runner);
  }

  /** Records of a half of a plan. */
  public static final class Opened {
    private final Iterator<?> records;
    private final PlanRunner runner;

    private Opened(Iterator<?> records, PlanRunner runner) {
      this.records = records;
      this.runner = runner;
    }

    public Iterator<?> records() {
      return records;
    }

    /** What has been made so far, for the task's report. */
    public TaskOutput output() {
      runner.task.requireSound();
      return runner.output(null, null, 0);
    }
  }

  private TaskOutput output(byte @Nullable [] result, TaskOutput.@Nullable File file, long count) {
    return new TaskOutput(result, file, null, cached.kept(), count);
  }

  private void write(Source source, RecordWriter writer) {
    Iterator<?> records = sources.open(source);
    while (records.hasNext()) {
      task.check();
      writer.add(records.next());
    }
    task.requireSound();
    writer.finish();
  }

  @Override
  public TaskOutput visit(Sink.Result sink) {
    String name = sink.block().name();
    try (SmallOrFile out = new SmallOrFile(name, task.environment())) {
      RecordWriter writer =
          new RecordWriter(new BatchFile.Identity(name, 0, task.identity().id()), out);
      write(sink.source(), writer);
      long count = writer.written().records();
      Path path = out.commit();
      return path == null
          ? output(out.bytes(), null, count)
          : output(null, new TaskOutput.File(path, writer.written().length(), count), count);
    }
  }

  @Override
  public TaskOutput visit(Sink.ShuffleWrite sink) {
    Iterator<?> records = sources.open(sink.source());
    ShuffleOutput written = ShuffleWriter.write(task, sink, records);
    task.requireSound();
    long count = written.totalRecords();
    TaskOutput.File file = new TaskOutput.File(written.path(), written.totalBytes(), count);
    return new TaskOutput(null, file, written, cached.kept(), count);
  }

  /** The attempt is in the name, so that none meets another's file. */
  @Override
  public TaskOutput visit(Sink.BlockWrite sink) {
    long attempt = task.identity().id();
    String name = String.format(Locale.ROOT, "part-%05d-%d", sink.partition(), attempt);
    try (NewFile file = new NewFile(Path.of(sink.directory(), name))) {
      RecordWriter writer = new RecordWriter(new BatchFile.Identity(sink.name(), 0, attempt), file);
      write(sink.source(), writer);
      file.commit();
      long count = writer.written().records();
      return output(null, new TaskOutput.File(file.path(), file.size(), count), count);
    }
  }

  @Override
  public TaskOutput visit(Sink.SaveText sink) {
    try (TextFile file = new TextFile(sink, task.identity().id())) {
      Iterator<?> records = sources.open(sink.source());
      long count = 0;
      while (records.hasNext()) {
        task.check();
        file.write(records.next());
        count++;
      }
      task.requireSound();
      TaskOutput.File written = file.commit(count);
      return output(null, written, count);
    }
  }

  @Override
  public TaskOutput visit(Sink.Count sink) {
    long count = sources.count(sink.source());
    task.requireSound();
    return output(null, null, count);
  }

  @Override
  public TaskOutput visit(Sink.Exchange sink) {
    throw new IllegalArgumentException("Java is asked for its records, and sends none: " + sink);
  }

  /** Holds what is written, up to a size; more goes to the task's file. */
  private static final class SmallOrFile implements RecordWriter.Output, AutoCloseable {
    private final String name;
    private final TaskEnvironment environment;
    private final List<byte[]> held = new ArrayList<>();
    private long size;
    private @Nullable TieredFile file;

    SmallOrFile(String name, TaskEnvironment environment) {
      this.name = name;
      this.environment = environment;
    }

    @Override
    public void write(byte[] bytes) {
      size += bytes.length;
      TieredFile to = file;
      if (to == null && size <= environment.inlineBytes()) {
        held.add(bytes);
        return;
      }
      if (to == null) {
        to = new TieredFile(name, environment);
        file = to;
        held.forEach(to::write);
        held.clear();
      }
      to.write(bytes);
    }

    /** All that was written, if it was little. */
    byte[] bytes() {
      byte[] all = new byte[(int) size];
      int at = 0;
      for (byte[] each : held) {
        System.arraycopy(each, 0, all, at, each.length);
        at += each.length;
      }
      return all;
    }

    /** Where the file is, or null if there is none. */
    @Nullable Path commit() {
      TieredFile to = file;
      if (to == null) {
        return null;
      }
      to.commit();
      return to.path();
    }

    @Override
    public void close() {
      if (file != null) {
        file.close();
      }
    }
  }
}
