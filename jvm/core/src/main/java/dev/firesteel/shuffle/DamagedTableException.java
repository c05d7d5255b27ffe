package dev.firesteel.shuffle;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ShuffleId;

/** A shuffle's table file is not what was written; it can be written again. */
public final class DamagedTableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ShuffleId shuffle;

  public DamagedTableException(ShuffleId shuffle, String what) {
    super("The table of " + requireNonNull(shuffle, "shuffle is null").name() + " " + what);
    this.shuffle = shuffle;
  }

  public ShuffleId shuffle() {
    return shuffle;
  }
}
