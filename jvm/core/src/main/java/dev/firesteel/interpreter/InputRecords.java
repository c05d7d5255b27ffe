package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.input.InputFormat;
import dev.firesteel.plan.Source;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/**
 * The records of a split, as its format gives them: counted, and with the format's failures told as
 * those of the input. For the task's thread.
 */
final class InputRecords implements Iterator<Object> {
  private final JavaTask task;
  private final String format;
  private final Iterator<?> records;

  private InputRecords(JavaTask task, String format, Iterator<?> records) {
    this.task = requireNonNull(task, "task is null");
    this.format = requireNonNull(format, "format is null");
    this.records = requireNonNull(records, "records is null");
  }

  /** Opens a split. */
  static Iterator<?> open(JavaTask task, Source.Input plan) {
    InputFormat format = find(task.environment(), plan.format());
    try {
      Iterator<?> records = format.open(plan.split(), plan.options(), new Reading(task));
      return new InputRecords(task, plan.format(), records);
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(plan.format(), e);
    }
  }

  private static InputFormat find(TaskEnvironment environment, String name) {
    try {
      return environment.formats().find(name, environment.loader());
    } catch (IllegalArgumentException e) {
      throw new SourceException(
          "an input of the format " + name, String.valueOf(e.getMessage()), e);
    }
  }

  private static SourceException unreadable(String format, Exception e) {
    return new SourceException(
        "an input of the format " + format, "cannot be read: " + e.getMessage(), e);
  }

  @Override
  public boolean hasNext() {
    try {
      return records.hasNext();
    } catch (UncheckedIOException e) {
      throw unreadable(format, e);
    }
  }

  @Override
  public Object next() {
    Object next;
    try {
      next = records.next();
    } catch (UncheckedIOException e) {
      throw unreadable(format, e);
    }
    task.read(1, 0);
    return next;
  }

  /** What a format may ask of the task. */
  private record Reading(JavaTask task) implements InputFormat.Reading {
    @Override
    public void read(long bytes) {
      task.read(0, bytes);
    }

    @Override
    public <T extends Closeable> T closing(T resource) {
      return task.onEnd(resource);
    }

    @Override
    public ClassLoader loader() {
      return task.environment().loader();
    }
  }
}
