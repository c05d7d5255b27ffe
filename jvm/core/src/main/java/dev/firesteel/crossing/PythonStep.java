package dev.firesteel.crossing;

import static java.util.Objects.requireNonNull;

import dev.firesteel.types.PythonFunction;

/**
 * A step of a Python pipeline that a Java program made.
 *
 * @param kind as on the wire: {@code map}, {@code flatMap}, {@code filter}, {@code mapPartitions}
 * @param function what it does
 * @param site where the program called it, such as {@code mapPython at App.java:12}
 */
public record PythonStep(String kind, PythonFunction function, String site) {
  public PythonStep {
    requireNonNull(kind, "kind is null");
    requireNonNull(function, "function is null");
    requireNonNull(site, "site is null");
  }
}
