package dev.firesteel.id;

/**
 * The identity of a shuffle: the data moved between one map stage and its readers. A JVM may serve
 * several drivers at once, so a number alone does not identify anything.
 *
 * @param driver the driver that chose the number
 * @param number unique within that driver, never used again
 */
public record ShuffleId(int driver, long number) {

  /** Returns the name that plans and files use, such as {@code shuffle_0_7}. */
  public String name() {
    return "shuffle_" + driver + "_" + number;
  }

  @Override
  public String toString() {
    return name();
  }
}
