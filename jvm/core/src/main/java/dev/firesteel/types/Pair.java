package dev.firesteel.types;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Two values that belong together: a record of a keyed RDD, or what a zip or a product pairs.
 * Either may be null. Two pairs are equal when their keys and their values are. They are compared
 * by their keys, then by their values, which must be {@link Comparable} for that; null comes first.
 *
 * <pre>{@code
 * Pair<String, Long> one = Pair.of("word", 1L);
 * one.key();   // "word"
 * one.value(); // 1
 * }</pre>
 *
 * @param <K> the type of the key, the left one of the two
 * @param <V> the type of the value, the right one
 * @param key the key
 * @param value the value
 */
public record Pair<K extends @Nullable Object, V extends @Nullable Object>(K key, V value)
    implements Comparable<Pair<K, V>>, Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Makes a pair.
   *
   * @param <K> the type of the key
   * @param <V> the type of the value
   * @param key the key
   * @param value the value
   */
  public static <K extends @Nullable Object, V extends @Nullable Object> Pair<K, V> of(
      K key, V value) {
    return new Pair<>(key, value);
  }

  /** Returns the pair with its two sides exchanged. */
  public Pair<V, K> swap() {
    return new Pair<>(value, key);
  }

  /**
   * Compares by key, then by value.
   *
   * @throws ClassCastException when what has to be compared can't be
   */
  @Override
  public int compareTo(Pair<K, V> other) {
    int order = compare(key, other.key);
    return order != 0 ? order : compare(value, other.value);
  }

  @SuppressWarnings("unchecked") // a wrong type is the caller's ClassCastException
  private static int compare(@Nullable Object one, @Nullable Object two) {
    if (one == null || two == null) {
      return Boolean.compare(one != null, two != null);
    }
    return ((Comparable<Object>) one).compareTo(two);
  }

  /** Returns {@code (key, value)}. */
  @Override
  public String toString() {
    return "(" + key + ", " + value + ")";
  }
}
