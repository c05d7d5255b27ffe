package dev.firesteel.interpreter;

import dev.firesteel.records.TaskFault;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Puts records through the steps of a closure. Neighbouring steps that take one record at a time
 * become one loop, so neither a record nor a thousand steps cost a chain of calls; other steps are
 * given an iterator, and what comes out of them is watched, so that an exception is told with the
 * step that threw it.
 */
final class Steps {
  private Steps() {}

  /** The records that come out of the last step. */
  static Iterator<?> run(List<Step> steps, JavaTask task, int partition, Iterator<?> records) {
    Iterator<?> made = records;
    List<Step> neighbours = new ArrayList<>();
    for (Step step : steps) {
      if (step.function() instanceof Functions.RecordFunction) {
        neighbours.add(step);
      } else {
        made =
            new Guarded(step, task, applied(step, task, partition, joined(neighbours, made, task)));
        neighbours.clear();
      }
    }
    return joined(neighbours, made, task);
  }

  private static Iterator<?> joined(List<Step> steps, Iterator<?> records, JavaTask task) {
    return steps.isEmpty() ? records : new RecordSteps(steps, records, task);
  }

  private static Iterator<?> applied(Step step, JavaTask task, int partition, Iterator<?> records) {
    Iterator<?> made;
    try {
      made = step.function().apply(task, partition, new Watched(records, task));
    } catch (Throwable e) {
      throw Failures.ofUser(step, null, e);
    }
    if (made == null) {
      throw Failures.ofUser(
          step, null, new NullPointerException("the function returned no iterator, but null"));
    }
    return made;
  }

  /**
   * What a function of the user's is given. What fails below is noted: the function may catch it,
   * and the task's answer would be short.
   */
  private static final class Watched implements Iterator<Object> {
    private final Iterator<?> records;
    private final JavaTask task;

    Watched(Iterator<?> records, JavaTask task) {
      this.records = records;
      this.task = task;
    }

    @Override
    public boolean hasNext() {
      task.check();
      try {
        return records.hasNext();
      } catch (TaskFault e) {
        task.failed(e);
        throw e;
      }
    }

    @Override
    public Object next() {
      try {
        return records.next();
      } catch (TaskFault e) {
        task.failed(e);
        throw e;
      }
    }
  }

  /** What a function of the user's gives, as the records are asked for. */
  private static final class Guarded implements Iterator<Object> {
    private final Step step;
    private final JavaTask task;
    private final Iterator<?> records;

    Guarded(Step step, JavaTask task, Iterator<?> records) {
      this.step = step;
      this.task = task;
      this.records = records;
    }

    @Override
    public boolean hasNext() {
      task.check();
      return guarded(records::hasNext);
    }

    @Override
    public Object next() {
      return guarded(records::next);
    }

    private <T> T guarded(Supplier<T> call) {
      try {
        return call.get();
      } catch (Throwable e) {
        throw Failures.ofUser(step, null, e);
      }
    }
  }
}
