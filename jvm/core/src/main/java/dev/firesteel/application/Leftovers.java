package dev.firesteel.application;

import static java.util.Objects.requireNonNull;

import dev.firesteel.job.JobNumbers;
import dev.firesteel.lineage.RemainingLineage;
import dev.firesteel.storage.AppDirectories;
import dev.firesteel.storage.BlockManager;
import dev.firesteel.storage.DriverFiles;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files of drivers that come and go: each has a directory of its own, and when it has ended,
 * killed or not, what nobody refers to is removed: inputs, broadcasts and checkpoints that the
 * engine was never told of, and results that were never read. Thread-safe.
 */
final class Leftovers {
  private static final Log LOG = Log.of("storage");

  /** Files that were added for functions; they stay while there are functions. */
  private static final String ADDED = "files";

  private final AppDirectories directories;
  private final DriverFiles files;
  private final BlockManager blocks;

  /** Drivers that have ended, and whose directories are still there. Guarded by this. */
  private final Set<Integer> ended = new HashSet<>();

  Leftovers(AppDirectories directories, DriverFiles files, BlockManager blocks) {
    this.directories = requireNonNull(directories, "directories is null");
    this.files = requireNonNull(files, "files is null");
    this.blocks = requireNonNull(blocks, "blocks is null");
  }

  /** Makes the directory where a driver puts its files. */
  Path make(int driver) throws IOException {
    return FileTrees.createDirectory(directory(driver));
  }

  private Path directory(int driver) {
    return directories.disks().get(0).resolve("driver_" + driver);
  }

  /**
   * A driver has ended.
   *
   * @param left what lineage there is after it
   */
  synchronized void remove(int driver, RemainingLineage left) {
    ended.add(driver);
    Set<Path> kept = new HashSet<>(files.all());
    left.paths().forEach(path -> kept.add(Path.of(path)));
    for (int each : List.copyOf(ended)) {
      Path directory = directory(each);
      // Others' nodes may read a checkpoint that it has written.
      boolean read = left.paths().stream().anyMatch(path -> Path.of(path).startsWith(directory));
      if (!left.drivers().contains(each) && !read) {
        ended.remove(each);
        blocks.discard(directory);
      }
    }
    if (ended.contains(driver)) {
      for (Path file : in(directory(driver))) {
        if (!kept.contains(file) && !file.endsWith(ADDED)) {
          blocks.discard(file);
        }
      }
    }
    List<Path> roots = new ArrayList<>(directories.disks());
    directories.memory().ifPresent(roots::add);
    for (Path root : roots) {
      for (Path file : in(root)) {
        if (isOf(driver, file.getFileName().toString()) && !kept.contains(file)) {
          blocks.discard(file);
        }
      }
    }
  }

  /** Whether a file in a tier is a broadcast of a driver, or the result of one of its jobs. */
  private static boolean isOf(int driver, String name) {
    String[] words = name.split("[_.-]", 3);
    return words.length == 3
        && ((words[0].equals("broadcast") && words[1].equals(String.valueOf(driver)))
            || (words[0].equals("result")
                && words[1].matches("[0-9]{1,18}")
                && JobNumbers.driver(Long.parseLong(words[1])) == driver));
  }

  private static List<Path> in(Path directory) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        entries.forEach(found::add);
      } catch (NoSuchFileException e) {
        LOG.debug(directory + " has gone meanwhile");
      } catch (IOException e) {
        LOG.warn("What a script left in " + directory + " can't be listed: " + e);
      }
    }
    return found;
  }
}
