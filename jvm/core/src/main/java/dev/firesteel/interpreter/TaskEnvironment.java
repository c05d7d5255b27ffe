package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;
import dev.firesteel.input.InputFormats;
import dev.firesteel.plan.Source;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;

/**
 * What a task's executor gives it.
 *
 * @param files where every name in its plan leads
 * @param space how much may be written of a file of the memory tier before asking; a name that is
 *     not there has no limit
 * @param room who is asked for more
 * @param scratch a directory of the task's own
 * @param inlineBytes results up to this size travel in the report
 * @param loader where the application's classes are found
 * @param formats the formats of inputs
 * @param crossings opens what Python makes
 */
public record TaskEnvironment(
    Map<String, Location> files,
    Map<String, Long> space,
    Room room,
    Path scratch,
    long inlineBytes,
    ClassLoader loader,
    InputFormats formats,
    Crossings crossings) {
  public TaskEnvironment {
    files = Map.copyOf(files);
    space = Map.copyOf(space);
    requireNonNull(room, "room is null");
    requireNonNull(scratch, "scratch is null");
    requireNonNull(loader, "loader is null");
    requireNonNull(formats, "formats is null");
    requireNonNull(crossings, "crossings is null");
  }

  /** Where a plan leads to the other language. */
  @FunctionalInterface
  public interface Crossings {
    /** The records of the other half of the plan. */
    Iterator<?> open(Source.Crossing crossing) throws Exception;
  }

  /**
   * The path of a file that the plan names.
   *
   * @throws IllegalArgumentException if the task was given none, or objects
   */
  public Path file(String name) {
    if (location(name) instanceof Location.File file) {
      return file.toPath();
    }
    throw new IllegalArgumentException(name + " is no file, but objects");
  }

  /**
   * Where a name in the plan leads.
   *
   * @throws IllegalArgumentException if the task was not told
   */
  public Location location(String name) {
    Location location = files.get(name);
    if (location == null) {
      throw new IllegalArgumentException("the plan names " + name + ", for which there is no file");
    }
    return location;
  }
}
