package dev.firesteel.interpreter.external;

import java.util.ArrayList;
import java.util.List;

/** Keys of one hash, with what belongs to each: few, mostly one. */
final class Alike<V> {
  private final List<Object> keys = new ArrayList<>(1);
  private final List<V> values = new ArrayList<>(1);

  int size() {
    return keys.size();
  }

  Object key(int at) {
    return keys.get(at);
  }

  V value(int at) {
    return values.get(at);
  }

  void set(int at, V value) {
    values.set(at, value);
  }

  /** Returns where a key is, or -1. */
  int find(Object key) {
    for (int i = 0; i < keys.size(); i++) {
      Object known = keys.get(i);
      if (known == key || (key != null && key.equals(known))) {
        return i;
      }
    }
    return -1;
  }

  void add(Object key, V value) {
    keys.add(key);
    values.add(value);
  }

  void clear() {
    keys.clear();
    values.clear();
  }
}
