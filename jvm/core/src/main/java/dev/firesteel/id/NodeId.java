package dev.firesteel.id;

/**
 * The identity of a lineage node (an RDD as the engine knows it). A JVM may serve several drivers
 * at once, so a number alone does not identify anything.
 *
 * @param driver the driver that chose the number
 * @param number unique within that driver, never used again
 */
public record NodeId(int driver, long number) {

  /** Returns the name that plans and files use, such as {@code rdd_0_7}. */
  public String name() {
    return "rdd_" + driver + "_" + number;
  }

  @Override
  public String toString() {
    return name();
  }
}
