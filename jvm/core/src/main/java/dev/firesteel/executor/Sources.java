package dev.firesteel.executor;

import dev.firesteel.plan.Plan;
import dev.firesteel.plan.Source;
import java.util.List;

/** What is in plans. */
final class Sources {
  private Sources() {}

  /** The sources that a source reads. */
  static List<Source> below(Plan plan) {
    if (plan instanceof Source.Pipeline source) {
      return List.of(source.source());
    } else if (plan instanceof Source.Cached source) {
      return List.of(source.source());
    } else if (plan instanceof Source.Crossing source) {
      return List.of(source.source());
    } else if (plan instanceof Source.Chain source) {
      return source.sources();
    } else if (plan instanceof Source.Zip source) {
      return List.of(source.left(), source.right());
    } else if (plan instanceof Source.Product source) {
      return List.of(source.left(), source.right());
    }
    return List.of();
  }
}
