package dev.firesteel.id;

/**
 * The identity of a broadcast variable: a file the driver wrote once and every task may read. A JVM
 * may serve several drivers at once, so a number alone does not identify anything.
 *
 * @param driver the driver that chose the number
 * @param number unique within that driver, never used again
 */
public record BroadcastId(int driver, long number) {

  /** Returns the name that plans and files use, such as {@code broadcast_0_7}. */
  public String name() {
    return "broadcast_" + driver + "_" + number;
  }

  @Override
  public String toString() {
    return name();
  }
}
