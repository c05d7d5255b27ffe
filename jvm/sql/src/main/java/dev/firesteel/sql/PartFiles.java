package dev.firesteel.sql;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a result's partitions: where they are, and their end if the write fails. */
final class PartFiles {
  private static final Pattern NAME = Pattern.compile("\\.?part-\\d+\\.arrow");

  private PartFiles() {}

  /** Where a partition is. */
  static Path file(String directory, int partition) {
    return Path.of(directory, String.format(Locale.ROOT, "part-%05d.arrow", partition));
  }

  /** Where an attempt of a task writes a partition until it ends well. */
  static Path temporary(Path file, long task) {
    return file.resolveSibling("." + file.getFileName() + "." + task + ".tmp");
  }

  /**
   * Removes all that tasks have written, and the directory. A task that still runs then fails, as
   * its file or the directory is gone: it would otherwise leave its partition when it ends.
   */
  static void removeAll(Path directory) throws IOException {
    try {
      boolean gone = false;
      while (!gone) {
        List<Path> parts = in(directory);
        for (Path part : parts) {
          Files.deleteIfExists(part);
        }
        gone = isRemoved(directory) || parts.isEmpty(); // what is left is not of this write
      }
    } catch (NoSuchFileException e) {
      return; // who asked for the write has removed it
    }
  }

  private static List<Path> in(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> NAME.matcher(file.getFileName().toString()).lookingAt()).toList();
    }
  }

  private static boolean isRemoved(Path directory) throws IOException {
    try {
      Files.delete(directory);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }
}
