package dev.firesteel.operations;

import dev.firesteel.types.Pair;
import dev.firesteel.types.function.FlatMapFunction;
import dev.firesteel.types.function.MapFunction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What joins do with the values of one key. A value is tagged with the side that it comes from; a
 * group of tagged values may be in files, and then it is gone through several times.
 */
public final class Joins {
  private Joins() {}

  /** Marks a value with its side. */
  public static MapFunction<Object, Object> tag(int side) {
    return value -> new Pair<>(side, value);
  }

  /**
   * All pairs of a left and a right value of a group.
   *
   * @param left whether a left value without a partner is paired with null
   * @param right the same of right values
   */
  public static FlatMapFunction<Iterable<Object>, Object> pairs(boolean left, boolean right) {
    return group -> {
      List<Iterable<Object>> sides = sides(group, 2);
      Iterable<Object> lefts = orNull(sides.get(0), right);
      Iterable<Object> rights = orNull(sides.get(1), left);
      if (lefts instanceof List<Object> few && !(rights instanceof List)) {
        return new Product(rights, few, false);
      }
      return new Product(lefts, list(rights), true);
    };
  }

  /** The left values of a group, if it has no right ones. */
  public static FlatMapFunction<Iterable<Object>, Object> unmatched() {
    return group -> {
      List<Iterable<Object>> sides = sides(group, 2);
      return sides.get(1).iterator().hasNext()
          ? Collections.emptyIterator()
          : sides.get(0).iterator();
    };
  }

  /** The values of two sides. */
  public static MapFunction<Iterable<Object>, Object> two() {
    return group -> {
      List<Iterable<Object>> sides = sides(group, 2);
      return new Pair<>(sides.get(0), sides.get(1));
    };
  }

  /** The values of any number of sides, as a list of iterables. */
  public static MapFunction<Iterable<Object>, Object> all(int number) {
    return group -> new ArrayList<>(sides(group, number));
  }

  private static Iterable<Object> orNull(Iterable<Object> values, boolean wanted) {
    return wanted && !values.iterator().hasNext() ? Collections.singletonList(null) : values;
  }

  private static List<Object> list(Iterable<Object> values) {
    if (values instanceof List<Object> list) {
      return list;
    }
    List<Object> list = new ArrayList<>();
    values.forEach(list::add);
    return list;
  }

  /** A group by side: lists of one in memory, views of one in files. */
  private static List<Iterable<Object>> sides(Iterable<Object> group, int number) {
    List<Iterable<Object>> sides = new ArrayList<>(number);
    if (!(group instanceof List)) {
      for (int side = 0; side < number; side++) {
        sides.add(new Side(group, side));
      }
      return sides;
    }
    List<List<Object>> lists = new ArrayList<>(number);
    for (int side = 0; side < number; side++) {
      lists.add(new ArrayList<>());
    }
    for (Object value : group) {
      Pair<?, ?> tagged = (Pair<?, ?>) value;
      lists.get((Integer) tagged.key()).add(tagged.value());
    }
    sides.addAll(lists);
    return sides;
  }

  /** One side of a group in files. It is sent as a list. */
  private static final class Side implements Iterable<Object>, Serializable {
    private static final long serialVersionUID = 1L;

    private final transient Iterable<Object> group;
    private final int side;

    Side(Iterable<Object> group, int side) {
      this.group = group;
      this.side = side;
    }

    private Object writeReplace() {
      return list(this);
    }

    @Override
    public Iterator<Object> iterator() {
      Iterator<Object> tagged = group.iterator();
      return new Iterator<>() {
        private @Nullable Pair<?, ?> found;

        @Override
        public boolean hasNext() {
          while (found == null && tagged.hasNext()) {
            Pair<?, ?> next = (Pair<?, ?>) tagged.next();
            if ((Integer) next.key() == side) {
              found = next;
            }
          }
          return found != null;
        }

        @Override
        public @Nullable Object next() {
          if (!hasNext() || found == null) {
            throw new NoSuchElementException("all values have been given");
          }
          Object value = found.value();
          found = null;
          return value;
        }
      };
    }
  }

  /** Each of the many with each of the few. */
  private static final class Product implements Iterator<Object> {
    private final Iterator<Object> many;
    private final List<Object> few;
    private final boolean manyIsLeft;
    private @Nullable Object current;
    private int next;

    @SuppressWarnings("NullAway") // null is a value like any other
    private static Object pair(@Nullable Object left, @Nullable Object right) {
      return new Pair<>(left, right);
    }

    Product(Iterable<Object> many, List<Object> few, boolean manyIsLeft) {
      this.many = many.iterator();
      this.few = few;
      this.manyIsLeft = manyIsLeft;
      this.next = few.size();
    }

    @Override
    public boolean hasNext() {
      return next < few.size() || (!few.isEmpty() && many.hasNext());
    }

    @Override
    public Object next() {
      if (next == few.size()) {
        if (few.isEmpty()) {
          throw new NoSuchElementException("there are no pairs");
        }
        current = many.next();
        next = 0;
      }
      Object other = few.get(next++);
      return manyIsLeft ? pair(current, other) : pair(other, current);
    }
  }
}
