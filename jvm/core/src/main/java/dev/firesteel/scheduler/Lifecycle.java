package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

/**
 * The current state of one thing (a job, a stage, a task set, a task). Refuses illegal transitions.
 * Owned by the scheduler's thread.
 */
final class Lifecycle<S extends Enum<S> & LifecycleState<S>> {
  private final Object owner;
  private S state;

  Lifecycle(Object owner, S initial) {
    this.owner = requireNonNull(owner, "owner is null");
    this.state = requireNonNull(initial, "initial is null");
  }

  S get() {
    return state;
  }

  boolean is(S other) {
    return state == other;
  }

  /**
   * Changes the state.
   *
   * @param cause what happened, for the message if this is illegal
   */
  void to(S next, String cause) {
    if (!next.follows(state)) {
      throw new IllegalStateException(
          owner + " cannot go from " + state + " to " + next + " (" + cause + ")");
    }
    state = next;
  }
}
