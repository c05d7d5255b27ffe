package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which removed files of a directory processes still have mapped: the kernel keeps their bytes
 * until the last lets go. Asks {@code /proc/<pid>/maps} of the engine's descendants (the daemon,
 * workers, what user code has started) and of its parent, the driver. Does IO, of some
 * milliseconds.
 */
public final class MappedFiles {
  private static final Log LOG = Log.of("storage");
  private static final String REMOVED = " (deleted)";

  private MappedFiles() {}

  /** The removed files, by the paths that they had. */
  public static Set<Path> removed(Path directory) {
    requireNonNull(directory, "directory is null");
    ProcessHandle engine = ProcessHandle.current();
    Set<Path> found = new HashSet<>();
    try (Stream<ProcessHandle> below = engine.descendants()) {
      Stream.concat(Stream.concat(engine.parent().stream(), Stream.of(engine)), below)
          .forEach(process -> add(process.pid(), directory, found));
    }
    return found;
  }

  private static void add(long pid, Path directory, Set<Path> found) {
    String within = "/" + directory.getFileName() + "/";
    String maps;
    try {
      maps =
          new String(Files.readAllBytes(Path.of("/proc/" + pid + "/maps")), StandardCharsets.UTF_8);
    } catch (IOException e) {
      LOG.debug("What process " + pid + " has mapped can't be read: " + e); // it has ended
      return;
    }
    maps.lines()
        .filter(line -> line.endsWith(REMOVED) && line.contains(within))
        .forEach(
            line -> {
              String name = line.substring(line.lastIndexOf('/') + 1);
              found.add(directory.resolve(name.substring(0, name.length() - REMOVED.length())));
            });
  }
}
