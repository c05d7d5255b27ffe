package dev.firesteel.interpreter.external;

import dev.firesteel.types.Pair;
import java.io.Serializable;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Groups whose values are of several sides, taken apart. */
public final class CoGroups {
  private CoGroups() {}

  /**
   * Takes groups apart.
   *
   * @param groups pairs of a key and a collection of pairs: the number of the side, and a value
   * @return pairs of a key and a list with a collection for each side
   */
  public static Iterator<Object> of(Iterator<Object> groups, int sides) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return groups.hasNext();
      }

      @Override
      public Object next() {
        Pair<?, ?> group = (Pair<?, ?>) groups.next();
        return Pair.of(group.key(), apart((Collection<?>) group.value(), sides));
      }
    };
  }

  private static List<Object> apart(Collection<?> values, int sides) {
    boolean isHeld = values instanceof ArrayList;
    long[] counts = new long[sides];
    List<Collection<Object>> held = new ArrayList<>();
    for (int side = 0; side < sides; side++) {
      held.add(new ArrayList<>());
    }
    for (Object value : values) {
      int side = side(value);
      counts[side]++;
      if (isHeld) {
        held.get(side).add(((Pair<?, ?>) value).value());
      }
    }
    List<Object> apart = new ArrayList<>();
    for (int side = 0; side < sides; side++) {
      apart.add(isHeld ? held.get(side) : new Side(values, side, counts[side]));
    }
    return apart;
  }

  private static int side(Object tagged) {
    return (Integer) ((Pair<?, ?>) tagged).key();
  }

  /** The values of one side of a group that is in a file; read when they are wanted. */
  private static final class Side extends AbstractCollection<Object> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final transient Collection<?> tagged;
    private final transient int side;
    private final transient long count;

    Side(Collection<?> tagged, int side, long count) {
      this.tagged = tagged;
      this.side = side;
      this.count = count;
    }

    @Override
    public int size() {
      return (int) Math.min(count, Integer.MAX_VALUE);
    }

    @Override
    public Iterator<Object> iterator() {
      Iterator<?> all = tagged.iterator();
      return new Iterator<>() {
        private long left = count;

        @Override
        public boolean hasNext() {
          return left > 0;
        }

        @Override
        public Object next() {
          if (left == 0) {
            throw new NoSuchElementException("all values of the side have been given");
          }
          Object value = all.next();
          while (side(value) != side) {
            value = all.next();
          }
          left--;
          return ((Pair<?, ?>) value).value();
        }
      };
    }

    private Object writeReplace() {
      return new ArrayList<>(this);
    }

    @Override
    public String toString() {
      return count > 100 ? count + " values" : super.toString();
    }
  }
}
