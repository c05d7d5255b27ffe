package dev.firesteel.plan;

import java.util.List;

/**
 * A tree of plain data that tells one task what to do. The names of the records are their wire
 * codes; {@link PlanCodec} writes them. Nothing in a plan assumes that the task runs in this JVM or
 * on this machine.
 */
public sealed interface Plan permits Source, Sink {

  /** Returns the sources that it reads, from left to right. */
  List<Source> children();
}
