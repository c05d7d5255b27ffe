package dev.firesteel.util;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Directories and files that belong to this user alone, and their removal. */
public final class FileTrees {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private FileTrees() {}

  /** Creates one directory with mode 0700; it must not exist. */
  public static Path createDirectory(Path directory) throws IOException {
    return Files.createDirectory(directory, PRIVATE_DIRECTORY);
  }

  /** The attribute of a new file with mode 0600. */
  public static FileAttribute<Set<PosixFilePermission>> privateFile() {
    return PRIVATE_FILE;
  }

  /**
   * Copies a file to a new one of mode 0600, which appears under its name when it is complete.
   *
   * @throws java.nio.file.FileAlreadyExistsException if somebody else is writing there
   */
  public static void copy(Path from, Path to) throws IOException {
    Path unfinished = to.resolveSibling(to.getFileName() + ".tmp");
    try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel target =
            FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PRIVATE_FILE)) {
      try {
        long size = source.size();
        long done = 0;
        while (done < size) {
          done += source.transferTo(done, size - done, target);
        }
        Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(unfinished);
        throw e;
      }
    }
  }

  /**
   * Removes a file or directory with all that is in it, without following links. What has gone in
   * the meantime is no error.
   */
  public static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          delete(child);
        }
      } catch (NoSuchFileException | NotDirectoryException e) {
        return;
      }
    }
    Files.deleteIfExists(path);
  }
}
