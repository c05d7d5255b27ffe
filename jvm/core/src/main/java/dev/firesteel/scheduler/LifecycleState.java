package dev.firesteel.scheduler;

/** A state that knows which states may come before it. */
interface LifecycleState<S> {

  /** Returns whether this state may follow another. */
  boolean follows(S previous);
}
