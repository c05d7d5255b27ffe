package dev.firesteel.api;

import org.jspecify.annotations.Nullable;

/**
 * Casts between the types that the API promises and the objects of the engine, which knows no types
 * of records.
 */
final class Unchecked {
  private Unchecked() {}

  // NullAway: null is a record like any other
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
  static <T> T cast(@Nullable Object value) {
    return (T) value;
  }
}
