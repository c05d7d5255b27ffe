package dev.firesteel.id;

/**
 * The identity of a closure: a file of pickled functions that the driver wrote. A JVM may serve
 * several drivers at once, so a number alone does not identify anything.
 *
 * @param driver the driver that chose the number
 * @param number unique within that driver, never used again
 */
public record ClosureId(int driver, long number) {

  /** Returns the name that plans and files use, such as {@code closure_0_7}. */
  public String name() {
    return "closure_" + driver + "_" + number;
  }

  @Override
  public String toString() {
    return name();
  }
}
