package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.Location;

/** A committed file that a task wrote. */
public record OutputFile(Location.File location, long bytes, long records) {
  public OutputFile {
    requireNonNull(location, "location is null");
  }
}
