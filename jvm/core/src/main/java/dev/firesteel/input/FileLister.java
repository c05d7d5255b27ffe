package dev.firesteel.input;

import dev.firesteel.input.InputException.Condition;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that users' paths stand for, as Hadoop's FileInputFormat does: a file stands for
 * itself; a directory for the files in it, not deeper; names that begin with {@code _} or {@code .}
 * do not count, nor do links to nothing. In a directory and in the matches of a pattern the order
 * is that of the names.
 */
final class FileLister {
  private final @Nullable String directory;
  private final boolean text;
  private final boolean nested;

  /**
   * A lister.
   *
   * @param directory what relative paths are relative to; null if it has been removed
   * @param text whether the files are to be read as text, so that archives are unpacked
   * @param nested whether a directory may hold directories, which do not count; else it is refused
   */
  FileLister(@Nullable String directory, boolean text, boolean nested) {
    this.directory = directory;
    this.text = text;
    this.nested = nested;
  }

  /** A file with what it was when it was listed. */
  record Listed(Path path, long size, long modifiedNanos, @Nullable String codec) {
    /** The name that the user sees. */
    String uri() {
      return "file:" + path;
    }
  }

  /** The files of all paths, in the order of the paths; each may be a list separated by commas. */
  List<Listed> list(List<String> paths) throws IOException {
    List<Listed> files = new ArrayList<>();
    for (String commas : paths) {
      for (String path : UserPaths.split(commas)) {
        listOne(path, files);
      }
    }
    return files;
  }

  private void listOne(String path, List<Listed> files) throws IOException {
    String local = UserPaths.local(path, directory);
    try {
      for (Path match : matches(local, path)) {
        if (Files.isDirectory(match)) {
          listDirectory(match, path, files);
        } else {
          files.add(listed(match, attributes(match), path));
        }
      }
    } catch (AccessDeniedException e) {
      throw new InputException(
          Condition.NOT_READABLE,
          "Permission denied: %s, an input of %s".formatted(e.getFile(), path),
          path);
    } catch (NoSuchFileException e) {
      throw new InputException(
          Condition.PATH_NOT_FOUND,
          "Input path vanished while it was listed: file:" + e.getFile(),
          path);
    } catch (InvalidPathException e) {
      throw new InputException(
          Condition.PATH_NOT_FOUND,
          "Input path can't be a file's name: %s (%s). Where the locale is not UTF-8, names outside ASCII need one that is, such as LC_ALL=C.UTF-8"
              .formatted(path, e.getReason()),
          path);
    }
  }

  private static List<Path> matches(String local, String path) throws IOException {
    List<Path> matches;
    if (Glob.isPattern(local)) {
      try {
        matches = Glob.expand(local);
      } catch (Glob.SyntaxException e) {
        throw new InputException(
            Condition.NO_MATCH,
            "Illegal file pattern %s: %s".formatted(path, e.getMessage()),
            path);
      }
    } else {
      Path one = Path.of(local);
      if (!Files.exists(one)) {
        String link = Files.isSymbolicLink(one) ? " (it is a link to nothing)" : "";
        throw new InputException(
            Condition.PATH_NOT_FOUND, "Input path does not exist: file:" + one + link, path);
      }
      matches = List.of(one);
    }
    List<Path> visible = new ArrayList<>();
    for (Path match : matches) {
      if (!isHidden(match)) {
        visible.add(match);
      }
    }
    if (visible.isEmpty()) {
      String why =
          matches.isEmpty() ? "" : " (names that begin with _ or . are hidden, and do not count)";
      throw new InputException(
          Condition.NO_MATCH,
          "Input Pattern file:%s matches 0 files%s".formatted(local, why),
          path);
    }
    return visible;
  }

  private void listDirectory(Path parent, String path, List<Listed> files) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
      for (Path entry : entries) {
        if (!isHidden(entry)) {
          children.add(entry);
        }
      }
    }
    Collections.sort(children);
    for (Path child : children) {
      BasicFileAttributes attributes;
      try {
        attributes = attributes(child);
      } catch (NoSuchFileException e) {
        continue; // a link to nothing, or removed meanwhile
      } catch (FileSystemException e) {
        if (Files.isSymbolicLink(child) && !Files.exists(child)) {
          continue; // a link that leads back to itself
        }
        throw e;
      }
      if (!attributes.isDirectory()) {
        files.add(listed(child, attributes, path));
      } else if (!nested) {
        throw new InputException(
            Condition.NOT_READABLE,
            "Not a file: file:%s. A directory's own directories are not read; name them with a pattern, such as %s/*/*"
                .formatted(child, parent),
            path);
      }
    }
  }

  private static boolean isHidden(Path path) {
    Path name = path.getFileName();
    return name != null && (name.toString().startsWith("_") || name.toString().startsWith("."));
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }

  private Listed listed(Path file, BasicFileAttributes attributes, String path) throws IOException {
    if (!Files.isReadable(file)) {
      throw new AccessDeniedException(file.toString());
    }
    return new Listed(
        file,
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        text
            ? Compression.of(file, attributes.isRegularFile() ? attributes.size() : 0, path)
            : null);
  }
}
