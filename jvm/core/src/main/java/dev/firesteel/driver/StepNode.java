package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Language;
import java.util.List;

/** A narrow operation on its parent. Neighbours of one language become one pipeline. */
public final class StepNode extends DriverNode {
  private final Language language;
  private final Object step;

  /**
   * A step.
   *
   * @param step in Java an {@link dev.firesteel.interpreter.Step}; else what the language's closure
   *     writer takes
   */
  public StepNode(NodeId id, String site, DriverNode parent, Language language, Object step) {
    super(id, site, List.of(parent));
    this.language = requireNonNull(language, "language is null");
    this.step = requireNonNull(step, "step is null");
    if (parent.language() != language) {
      throw new IllegalArgumentException(
          "a step in %s on records of %s: %s".formatted(language, parent.language(), site));
    }
  }

  @Override
  public Language language() {
    return language;
  }

  Object step() {
    return step;
  }

  @Override
  int countPartitions() {
    return parents().get(0).partitions();
  }

  @Override
  Definition define(Compiler compiler) {
    throw new IllegalStateException("a step becomes part of a pipeline: " + site());
  }
}
