package dev.firesteel.interpreter;

import dev.firesteel.id.Location;
import dev.firesteel.input.InputFormats;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Tasks for tests. */
final class Tasks {
  private Tasks() {}

  static JavaTask task() {
    return task(7);
  }

  static JavaTask task(long id) {
    return task(id, Map.of(), Path.of("none"));
  }

  static JavaTask task(long id, Map<String, Path> files, Path scratch) {
    return task(id, environment(files, Map.of(), scratch, no("more room")));
  }

  static JavaTask task(long id, TaskEnvironment environment) {
    JavaTask.Identity identity = new JavaTask.Identity(id, 1, 0, 0, 3, 0, 1);
    return new JavaTask(identity, Map.of("a", "b"), environment);
  }

  static TaskEnvironment environment(
      Map<String, Path> files, Map<String, Long> space, Path scratch, Room room) {
    Map<String, Location> locations = new HashMap<>();
    files.forEach((name, file) -> locations.put(name, new Location.DiskFile("x", file.toString())));
    return new TaskEnvironment(
        locations,
        space,
        room,
        scratch,
        1_000,
        Tasks.class.getClassLoader(),
        new InputFormats(),
        crossing -> {
          throw new AssertionError("no crossing is in this plan: " + crossing);
        });
  }

  private static Room no(String what) {
    return (name, wish, least) -> {
      throw new AssertionError(name + " has " + what);
    };
  }
}
