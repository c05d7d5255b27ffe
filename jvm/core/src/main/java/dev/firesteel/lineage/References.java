package dev.firesteel.lineage;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who keeps what alive. Each thing (a node, a shuffle, a closure, a broadcast, an input's path) is
 * held by the driver, until the driver releases it, and by the things and jobs that refer to it.
 * When nobody holds it, it is free. Owned by the lineage's thread.
 */
final class References {
  private final Map<Object, Integer> counts = new HashMap<>();
  private final Set<Object> released = new HashSet<>();

  /** One more holder. */
  void hold(Object thing) {
    counts.merge(thing, 1, Integer::sum);
  }

  /** One holder fewer; returns whether the thing is free now. */
  boolean drop(Object thing) {
    Integer count = counts.get(thing);
    if (count == null) {
      throw new IllegalStateException(thing + " is dropped more often than held");
    }
    if (count > 1) {
      counts.put(thing, count - 1);
      return false;
    }
    counts.remove(thing);
    return released.remove(thing);
  }

  /** The driver lets go; returns whether the thing is free now. */
  boolean release(Object thing) {
    if (counts.containsKey(thing)) {
      released.add(thing);
      return false;
    }
    return true;
  }
}
