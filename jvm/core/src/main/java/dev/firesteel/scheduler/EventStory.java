package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

/**
 * What is kept of an event. It holds small values that exist anyway, never a request or a report,
 * and is made into text only when something has gone wrong.
 *
 * @param event the kind of event; for a task that ended, the kind of its outcome
 * @param job the job that it is about, or {@link #NO_JOB}
 * @param subject what it is about, printed by its {@code toString}
 */
record EventStory(Class<?> event, long job, Object subject) {
  static final long NO_JOB = Long.MIN_VALUE;

  EventStory {
    requireNonNull(event, "event is null");
    requireNonNull(subject, "subject is null");
  }

  @Override
  public String toString() {
    String text = subject.toString();
    String name = event.isInstance(subject) ? "" : event.getSimpleName() + " ";
    // An attempt names its job itself.
    String of = job == NO_JOB || text.contains("job " + job) ? "" : "job " + job + " ";
    return (name + of + text).strip();
  }
}
