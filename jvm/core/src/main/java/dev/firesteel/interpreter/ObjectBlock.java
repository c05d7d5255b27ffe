package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;
import dev.firesteel.interpreter.external.Estimate;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A block that is being collected as objects. What it takes is estimated, and asked for before it
 * grows. For the task's thread.
 */
final class ObjectBlock {
  private static final long STEP = 1 << 20;

  private final JavaTask task;
  private final String name;
  private final Location.Heap location;
  private final Estimate estimate = new Estimate(STEP);
  private Object[] held = new Object[64];
  private int size;
  private long charged;

  ObjectBlock(JavaTask task, String name, Location.Heap location) {
    this.task = requireNonNull(task, "task is null");
    this.name = requireNonNull(name, "name is null");
    this.location = requireNonNull(location, "location is null");
  }

  /**
   * Takes in all records, while there is room.
   *
   * @return the answer when there was none for a record that has been taken in; null if all have
   */
  Room.@Nullable Grant fill(Iterator<?> records) {
    while (records.hasNext()) {
      Object record = records.next();
      if (size == held.length) {
        held = Arrays.copyOf(held, size + (size >> 1));
      }
      held[size++] = record;
      if (estimate.due()) {
        task.check();
        estimate.measure(record, 0);
        Room.Grant refused = fit();
        if (refused != null) {
          return refused;
        }
      }
    }
    return fit();
  }

  private Room.@Nullable Grant fit() {
    long missing = bytes() - charged;
    if (missing <= 0) {
      return null;
    }
    Room.Grant grant = task.environment().room().ask(name, Math.max(missing, STEP), missing);
    charged += grant.bytes();
    return grant.bytes() == 0 ? grant : null;
  }

  private long bytes() {
    return 16 + 4L * held.length + estimate.bytes();
  }

  /** All are there; returns what they take. */
  long commit() {
    long bytes = bytes();
    task.objects().put(location, Arrays.copyOf(held, size), bytes);
    return bytes;
  }

  int size() {
    return size;
  }

  /** The records that have been taken in, then others. */
  Iterator<Object> followedBy(Iterator<?> rest) {
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < size || rest.hasNext();
      }

      @Override
      public Object next() {
        if (at == size) {
          if (!rest.hasNext()) {
            throw new NoSuchElementException("all records have been given");
          }
          held = new Object[0];
          return rest.next();
        }
        return held[at++];
      }
    };
  }
}
