package dev.firesteel.interpreter.external;

import dev.firesteel.types.Pair;
import java.util.List;

/**
 * The hashes of keys. A key's own hash code it is, so that a program can tell where a key goes; but
 * null has 0, an enum that of its name, and pairs and lists what follows from their elements, since
 * the hash codes of enums differ between JVMs. Keys that hash by identity are refused: another copy
 * of such a key would be another key.
 */
public final class KeyHash {
  private static final ClassValue<Boolean> BY_IDENTITY =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          try {
            return type.getMethod("hashCode").getDeclaringClass() == Object.class;
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every class has hashCode, but not " + type, e);
          }
        }
      };

  private KeyHash() {}

  /**
   * Returns the hash of a key.
   *
   * @throws RecordException if it has none that another copy of it would have, too
   */
  public static int of(Object key) {
    if (key instanceof String) {
      return key.hashCode();
    }
    if (key == null) {
      return 0;
    }
    if (key instanceof Number && !BY_IDENTITY.get(key.getClass())) {
      return key.hashCode();
    }
    if (key instanceof Pair<?, ?> pair) {
      return 31 * of(pair.key()) + of(pair.value());
    }
    if (key instanceof Enum<?> constant) {
      return constant.name().hashCode();
    }
    if (key instanceof List<?> list) {
      int hash = 1;
      for (Object element : list) {
        hash = 31 * hash + of(element);
      }
      return hash;
    }
    if (BY_IDENTITY.get(key.getClass())) {
      throw new RecordException(refusal(key), key);
    }
    try {
      return key.hashCode();
    } catch (RuntimeException e) { // a method of the user's
      throw new RecordException("hashCode of a key of " + key.getClass() + " threw " + e, key, e);
    }
  }

  private static String refusal(Object key) {
    Class<?> type = key.getClass();
    if (type.isArray()) {
      return "an array, "
          + type.getSimpleName()
          + ", cannot be a key: two arrays with the same elements are not equal. Use a List, or a"
          + " String of it";
    }
    return "a "
        + type.getName()
        + " cannot be a key: it has no hashCode of its own, so two copies of one key would not be"
        + " equal. Give the class equals and hashCode, or make it a record";
  }

  /** Spreads a hash over all bits; different hashes stay different. */
  static int spread(int hash) {
    int mixed = hash;
    mixed = (mixed ^ (mixed >>> 16)) * 0x85ebca6b;
    mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
    return mixed ^ (mixed >>> 16);
  }

  /** The partition of a key with this hash. */
  public static int partition(int hash, int partitions) {
    return Math.floorMod(hash, partitions);
  }
}
