package dev.firesteel.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The last events that the scheduler was given, to be printed with an internal error: what came
 * before a fault is mostly what explains it. Owned by the scheduler's thread.
 */
final class EventHistory {
  static final int MOST = 1_000;

  private final @Nullable EventStory[] ring = new EventStory[MOST];
  private long count;

  /** One more event. */
  void add(EventStory story) {
    ring[(int) (count++ % MOST)] = story;
  }

  /** Returns a line for each event that is kept, the oldest first, with its number. */
  List<String> all() {
    return lines(story -> true);
  }

  /** Returns the lines of events that are about a job, or about no job in particular. */
  List<String> of(long job) {
    return lines(story -> story.job() == job || story.job() == EventStory.NO_JOB);
  }

  private List<String> lines(Predicate<EventStory> wanted) {
    List<String> lines = new ArrayList<>();
    for (long number = Math.max(0, count - MOST); number < count; number++) {
      EventStory story = ring[(int) (number % MOST)];
      if (story != null && wanted.test(story)) {
        lines.add(number + " " + story);
      }
    }
    return lines;
  }
}
