package dev.firesteel.interpreter;

import java.util.Map;

/** Tasks for tests. */
final class Tasks {
  private Tasks() {}

  static JavaTask task() {
    return new JavaTask(new JavaTask.Identity(7, 1, 0, 0, 3, 0, 1), Map.of("a", "b"));
  }
}
