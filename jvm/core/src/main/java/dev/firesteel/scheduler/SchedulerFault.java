package dev.firesteel.scheduler;

import java.util.List;

/**
 * A fault of the scheduler's own, after it had begun to change its state: what it knows may be
 * wrong from now on.
 */
public final class SchedulerFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> story;

  SchedulerFault(String message, Throwable cause, List<String> story) {
    super(message, cause);
    this.story = List.copyOf(story);
  }

  /** Returns the events that came before, the oldest first, one a line. */
  public List<String> story() {
    return story;
  }
}
