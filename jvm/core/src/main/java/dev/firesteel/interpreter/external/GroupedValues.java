package dev.firesteel.interpreter.external;

import java.io.Serializable;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The values of one key that are too many for memory: read from where they were spilled, as often
 * as wanted, while the task runs. Sent elsewhere it becomes a list of all values.
 */
final class GroupedValues extends AbstractCollection<Object> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final transient List<SpillFile.Segment> stored;
  private final transient Object[] held;
  private final transient long count;

  /** Values in files, and those that follow them. */
  GroupedValues(List<SpillFile.Segment> stored, Object[] held) {
    this.stored = List.copyOf(stored);
    this.held = held;
    this.count = held.length + stored.stream().mapToLong(SpillFile.Segment::records).sum();
  }

  @Override
  public int size() {
    return (int) Math.min(count, Integer.MAX_VALUE);
  }

  @Override
  public Iterator<Object> iterator() {
    return new Reading(stored.iterator(), held);
  }

  private static final class Reading implements Iterator<Object> {
    private final Iterator<SpillFile.Segment> stored;
    private final Object[] held;
    private Batches open = Batches.NONE;
    private Object[] batch = new Object[0];
    private int at;

    Reading(Iterator<SpillFile.Segment> stored, Object[] held) {
      this.stored = stored;
      this.held = held;
    }

    @Override
    public boolean hasNext() {
      while (at == batch.length && batch != held) {
        Object[] more = open.next();
        if (more != null) {
          batch = more;
          at = 0;
        } else if (stored.hasNext()) {
          open = stored.next().open();
        } else {
          batch = held;
          at = 0;
        }
      }
      return at < batch.length;
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all values of the group have been given");
      }
      return batch[at++];
    }
  }

  private Object writeReplace() {
    return new ArrayList<>(this);
  }

  @Override
  public String toString() {
    return count > 100 ? count + " values" : super.toString();
  }
}
