package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * One operation of the user's on the records of a partition.
 *
 * @param operation its name, such as {@code map}
 * @param site where the program called it, such as {@code map at App.java:12}; for errors
 * @param function what it does
 */
public record Step(String operation, String site, PartitionFunction function)
    implements Serializable {
  public Step {
    requireNonNull(operation, "operation is null");
    requireNonNull(site, "site is null");
    requireNonNull(function, "function is null");
  }
}
