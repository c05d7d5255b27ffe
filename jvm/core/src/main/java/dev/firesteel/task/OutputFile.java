package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** A committed file that a task wrote. */
public record OutputFile(Path path, long bytes, long records) {
  public OutputFile {
    requireNonNull(path, "path is null");
  }
}
