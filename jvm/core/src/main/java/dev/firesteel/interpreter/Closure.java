package dev.firesteel.interpreter;

import java.io.Serializable;
import java.util.List;

/**
 * Neighbouring operations in Java, as a pipeline's closure file holds them.
 *
 * @param steps first to last
 */
public record Closure(List<Step> steps) implements Serializable {
  public Closure {
    steps = List.copyOf(steps);
  }
}
