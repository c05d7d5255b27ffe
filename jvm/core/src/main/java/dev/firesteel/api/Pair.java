package dev.firesteel.api;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Two values that belong together: a record of a keyed RDD, or what a zip or a product pairs.
 * Either may be null. Two pairs are equal when their keys and their values are.
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
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Returns a pair of these two. */
  public static <K extends @Nullable Object, V extends @Nullable Object> Pair<K, V> of(
      K key, V value) {
    return new Pair<>(key, value);
  }

  /** Returns the pair with its two sides exchanged. */
  public Pair<V, K> swap() {
    return new Pair<>(value, key);
  }

  /** Returns {@code (key, value)}. */
  @Override
  public String toString() {
    return "(" + key + ", " + value + ")";
  }
}
