package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.interpreter.Functions.Filtering;
import dev.firesteel.interpreter.Functions.FlatMapping;
import dev.firesteel.interpreter.Functions.Mapping;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring steps that take one record at a time, as one loop. The iterators that flatMap
 * functions have returned and that have more to give are on a stack of our own, the innermost on
 * top; below all is the source.
 */
final class RecordSteps implements Iterator<Object> {
  private final Step[] steps;
  private final PartitionFunction[] functions;
  private final JavaTask task;

  private Open[] open;
  private int depth;

  private boolean ready;
  private @Nullable Object next;

  /** Records that wait to go through the steps from {@code after} on. */
  private static final class Open {
    final Iterator<?> records;
    final int after;
    final @Nullable Object of;

    /** The records; {@code of} is what a flatMap function was called with to make them. */
    Open(Iterator<?> records, int after, @Nullable Object of) {
      this.records = records;
      this.after = after;
      this.of = of;
    }
  }

  RecordSteps(List<Step> steps, Iterator<?> records, JavaTask task) {
    this.steps = steps.toArray(Step[]::new);
    this.functions = steps.stream().map(Step::function).toArray(PartitionFunction[]::new);
    this.task = requireNonNull(task, "task is null");
    this.open = new Open[4];
    this.open[0] = new Open(records, 0, null);
    this.depth = 1;
  }

  @Override
  public boolean hasNext() {
    return ready || advance();
  }

  @Override
  public @Nullable Object next() {
    if (!ready && !advance()) {
      throw new NoSuchElementException("all records have been given");
    }
    ready = false;
    Object given = next;
    next = null;
    return given;
  }

  private boolean advance() {
    while (depth > 0) {
      task.check();
      Open top = open[depth - 1];
      int at = top.after - 1; // the step that gave the iterator; -1 is the source
      Object record = top.of;
      try {
        if (!top.records.hasNext()) {
          open[--depth] = null;
          continue;
        }
        Object given = top.records.next();
        record = given;
        at++;
        while (at < functions.length) {
          PartitionFunction function = functions[at];
          if (function instanceof Mapping mapping) {
            record = mapping.function().call(record);
          } else if (function instanceof Filtering filtering) {
            if (!filtering.function().call(record)) {
              break;
            }
          } else {
            push(requireIterator(((FlatMapping) function).function().call(record)), at + 1, record);
            break;
          }
          at++;
        }
        if (at == functions.length) {
          next = record;
          ready = true;
          return true;
        }
      } catch (Throwable e) {
        if (at < 0) {
          throw Failures.unchecked(e); // whoever is there has told what there is to tell
        }
        throw Failures.ofUser(steps[at], record, e);
      }
    }
    return false;
  }

  private static Iterator<?> requireIterator(@Nullable Iterator<?> made) {
    if (made == null) {
      throw new NullPointerException("the function returned no iterator, but null");
    }
    return made;
  }

  private void push(Iterator<?> records, int after, @Nullable Object of) {
    if (depth == open.length) {
      open = Arrays.copyOf(open, 2 * depth);
    }
    open[depth++] = new Open(records, after, of);
  }
}
