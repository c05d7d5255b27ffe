package dev.firesteel.types;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Python tuple that is not a pair: any number of values, which may be null. It does not change,
 * and two tuples are equal when their values are. A tuple of two is a {@link Pair} in Java.
 *
 * <pre>{@code
 * Tuple point = Tuple.of("origin", 0.0, 0.0);
 * point.get(0); // "origin"
 * point.size(); // 3
 * }</pre>
 */
public final class Tuple implements Iterable<@Nullable Object>, Serializable {
  private static final long serialVersionUID = 1L;

  private final @Nullable Object[] values;

  private Tuple(@Nullable Object[] values) {
    this.values = values;
  }

  /** Returns a tuple of these values. */
  public static Tuple of(@Nullable Object... values) {
    return new Tuple(values.clone());
  }

  /** Returns how many values there are. */
  public int size() {
    return values.length;
  }

  /**
   * Returns a value.
   *
   * @param index its place, from 0
   * @throws IndexOutOfBoundsException if there is none
   */
  public @Nullable Object get(int index) {
    return values[index];
  }

  /** Returns the values as a list that can't be changed. */
  public List<@Nullable Object> asList() {
    return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(values)));
  }

  @Override
  public Iterator<@Nullable Object> iterator() {
    return asList().iterator();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tuple tuple && Arrays.equals(values, tuple.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** Returns the values in parentheses. */
  @Override
  public String toString() {
    String text = Arrays.toString(values);
    return "(" + text.substring(1, text.length() - 1) + ")";
  }
}
