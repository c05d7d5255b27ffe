package dev.firesteel.task;

import java.util.Locale;

/** What kind of thing went wrong in a worker. */
public enum FailureKind {
  /** The user's function raised. */
  USER,
  /** A block or a map output was damaged or missing. */
  CORRUPT,
  /** An input could not be read, or had changed since it was listed. */
  SOURCE,
  /** A record or a result could not be pickled. */
  UNPICKLABLE,
  /** A broadcast file could not be read. */
  BROADCAST,
  /** A file could not be written. */
  DISK,
  /** A fault of the engine's own. */
  INTERNAL;

  /** Returns the name on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the kind with a name from the wire.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static FailureKind parse(String wire) {
    for (FailureKind kind : values()) {
      if (kind.wire().equals(wire)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("not a kind of failure: " + wire);
  }
}
