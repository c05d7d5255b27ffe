package dev.firesteel.driver;

import dev.firesteel.input.InputException;
import dev.firesteel.input.UserPaths;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.types.OutputExistsException;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes output directories that appear when they are complete. */
public final class Output {
  private static final Log LOG = Log.of("driver");

  private Output() {}

  /** Writes files to a directory. */
  @FunctionalInterface
  public interface Writing {
    /** Writes to a directory, which does not exist yet. */
    void to(Path directory);
  }

  /** Returns the path that a text or a {@code file:} URI names. */
  public static Path local(String path, String site) {
    try {
      return Path.of(UserPaths.local(path, Path.of("").toAbsolutePath().toString()));
    } catch (InputException e) {
      throw new IllegalArgumentException(site + ": " + e.getMessage(), e);
    }
  }

  /**
   * Has files written beside a directory, and puts them in its place when all are there.
   *
   * @param fresh whether the directory must not exist; else the files are put beside those in it
   */
  public static void save(Path target, boolean fresh, String site, Writing writing) {
    boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    if (exists && (fresh || !Files.isDirectory(target))) {
      throw exists(target, site);
    }
    Path stage =
        target.resolveSibling(
            ".%s.%s.firesteel".formatted(target.getFileName(), UUID.randomUUID()));
    try {
      Files.createDirectories(target.getParent());
      writing.to(stage);
      Files.createDirectories(stage); // tasks make it; an RDD without partitions has none
      FileTrees.delete(stage.resolve("_temporary"));
      Files.createFile(stage.resolve("_SUCCESS")); // empty, as Hadoop's is
      commit(stage, target, !fresh, site);
    } catch (IOException e) {
      throw new FiresteelException("%s: %s can't be written: %s".formatted(site, target, e), e);
    } finally {
      try {
        FileTrees.delete(stage);
      } catch (IOException e) {
        LOG.warn("The unfinished output " + stage + " can't be removed: " + e);
      }
    }
  }

  private static void commit(Path stage, Path target, boolean merge, String site)
      throws IOException {
    if (merge && Files.isDirectory(target)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(stage)) {
        for (Path file : files) {
          Files.move(
              file,
              target.resolve(file.getFileName()),
              StandardCopyOption.REPLACE_EXISTING,
              StandardCopyOption.ATOMIC_MOVE);
        }
      }
      return;
    }
    try {
      Files.createDirectory(target); // another program may have made it meanwhile: refuse then
    } catch (FileAlreadyExistsException e) {
      throw exists(target, site);
    }
    Files.move(stage, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static OutputExistsException exists(Path target, String site) {
    return JobErrors.ownFramesDropped(
        new OutputExistsException(
            "%s: the output directory %s exists already. Records are saved to a new directory only; remove this one or choose another name."
                .formatted(site, target),
            null));
  }
}
