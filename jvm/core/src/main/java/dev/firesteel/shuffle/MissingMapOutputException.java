package dev.firesteel.shuffle;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ShuffleId;

/** A shuffle's table was asked for while one of its map outputs is not there. */
public final class MissingMapOutputException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ShuffleId shuffle;
  private final int map;

  public MissingMapOutputException(ShuffleId shuffle, int map) {
    super("The output of map task " + map + " of " + shuffle.name() + " is missing");
    this.shuffle = requireNonNull(shuffle, "shuffle is null");
    this.map = map;
  }

  public ShuffleId shuffle() {
    return shuffle;
  }

  /** The first map task whose output is missing. */
  public int map() {
    return map;
  }
}
