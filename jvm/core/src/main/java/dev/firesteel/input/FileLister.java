package dev.firesteel.input;

import dev.firesteel.input.InputException.Condition;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that users' paths stand for, as Hadoop's FileInputFormat does: a file stands for
 * itself; a directory for the files in it, not deeper; names that begin with {@code _} or {@code .}
 * do not count. In a directory and in the matches of a pattern the order is that of the names.
 */
final class FileLister {
  /** Suffixes that Hadoop decompresses and we do not yet: their bytes must not pass for text. */
  private static final List<String> UNKNOWN_CODECS =
      List.of(".deflate", ".lz4", ".snappy", ".zst", ".zstd", ".lzo", ".xz");

  private FileLister() {}

  /** A file with what it was when it was listed. */
  record Listed(Path path, long size, long modifiedNanos, @Nullable String codec) {
    /** The name that the user sees. */
    String uri() {
      return "file:" + path;
    }
  }

  /** The files of all paths, in the order of the paths; each may be a list separated by commas. */
  static List<Listed> list(List<String> paths) throws IOException {
    List<Listed> files = new ArrayList<>();
    for (String commas : paths) {
      for (String path : InputPaths.split(commas)) {
        listOne(path, files);
      }
    }
    return files;
  }

  private static void listOne(String path, List<Listed> files) throws IOException {
    String local = InputPaths.local(path);
    try {
      for (Path match : matches(local, path)) {
        if (Files.isDirectory(match)) {
          for (Path child : children(match)) {
            files.add(listed(child, path));
          }
        } else {
          files.add(listed(match, path));
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
      Path one = Path.of(local).normalize();
      if (!Files.exists(one)) {
        throw new InputException(
            Condition.PATH_NOT_FOUND, "Input path does not exist: file:" + one, path);
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

  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!isHidden(entry)) {
          children.add(entry);
        }
      }
    }
    Collections.sort(children);
    return children;
  }

  private static boolean isHidden(Path path) {
    Path name = path.getFileName();
    return name != null && (name.toString().startsWith("_") || name.toString().startsWith("."));
  }

  private static Listed listed(Path file, String path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new InputException(
          Condition.NOT_READABLE,
          "Not a file: file:%s. A directory's own directories are not read; name them with a pattern, such as %s/*/*"
              .formatted(file, file.getParent()),
          path);
    }
    if (!Files.isReadable(file)) {
      throw new AccessDeniedException(file.toString());
    }
    return new Listed(
        file,
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        codec(file, path));
  }

  private static @Nullable String codec(Path file, String path) throws InputException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz")) {
      return "gzip";
    }
    if (name.endsWith(".bz2")) {
      return "bzip2";
    }
    for (String suffix : UNKNOWN_CODECS) {
      if (name.endsWith(suffix)) {
        throw new InputException(
            Condition.NOT_READABLE,
            "Files compressed as %s are not supported yet: file:%s. Supported are .gz and .bz2; decompress it first."
                .formatted(suffix, file),
            path);
      }
    }
    return null;
  }
}
