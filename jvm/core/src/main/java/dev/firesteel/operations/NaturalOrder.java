package dev.firesteel.operations;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The order of things that are {@link Comparable}; null comes first. */
public enum NaturalOrder implements Comparator<Object> {
  /** The smallest first. */
  ASCENDING,
  /** The largest first. */
  DESCENDING;

  @Override
  public int compare(@Nullable Object one, @Nullable Object two) {
    return this == ASCENDING ? ascending(one, two) : ascending(two, one);
  }

  @Override
  public Comparator<Object> reversed() {
    return this == ASCENDING ? DESCENDING : ASCENDING;
  }

  @SuppressWarnings("unchecked") // a wrong type is the user's, and is told below
  private static int ascending(@Nullable Object one, @Nullable Object two) {
    if (one == null || two == null) {
      return Boolean.compare(one != null, two != null);
    }
    if (!(one instanceof Comparable)) {
      throw new ClassCastException(
          "a %s can't be compared: its class is not Comparable. Give a comparator"
              .formatted(one.getClass().getName()));
    }
    return ((Comparable<Object>) one).compareTo(two);
  }
}
