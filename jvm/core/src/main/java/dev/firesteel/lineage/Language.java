package dev.firesteel.lineage;

import java.util.Locale;

/**
 * The language whose functions work on records, and so the form that the records have: pickled
 * Python objects, or Java objects. Every node of the lineage has one; only {@link Node.Crossing}
 * leads from one to the other.
 */
public enum Language {
  /** Records are pickled; workers run the functions. */
  PYTHON,
  /** Records are Java objects; the executor runs the functions. */
  JAVA;

  /** Returns the name on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the language with a name from the wire.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Language parse(String wire) {
    for (Language language : values()) {
      if (language.wire().equals(wire)) {
        return language;
      }
    }
    throw new IllegalArgumentException("not a language: " + wire);
  }
}
