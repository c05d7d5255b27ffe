package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.FileTrees;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Enumeration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32C;

/**
 * The package {@code firesteel} of Python, which this artifact carries as resources: Java programs
 * start workers from it. It is unpacked once into the user's cache directory, under a name that
 * says what is in it, so that another version is another directory.
 */
public final class PythonCode {
  /** Where it is among the resources; the package itself is a directory in it. */
  private static final String PREFIX = "dev/firesteel/python/";

  private static final String MARK = PREFIX + "firesteel/__init__.py";

  private PythonCode() {}

  /**
   * Returns a directory that holds the package.
   *
   * @param caches directories to unpack it into; a later one is used when it can't be done before
   * @throws IOException if the resources are not there, or can be unpacked nowhere
   */
  public static Path unpacked(List<Path> caches) throws IOException {
    URL mark = PythonCode.class.getClassLoader().getResource(MARK);
    if (mark == null) {
      throw new IOException(
          "This jar of firesteel-core does not carry the workers' Python code: it was built without"
              + " the directory 'python' beside 'jvm'.");
    }
    if (mark.getProtocol().equals("file")) {
      return directory(mark);
    }
    URLConnection connection = mark.openConnection();
    if (!(connection instanceof JarURLConnection inJar)) {
      throw new IOException("The workers' Python code can't be unpacked from " + mark);
    }
    inJar.setUseCaches(false);
    try (JarFile jar = inJar.getJarFile()) {
      SortedMap<String, JarEntry> files = files(jar);
      FileSystemException failure = new FileSystemException("no directory was given");
      for (Path cache : caches) {
        try {
          return unpacked(jar, files, cache);
        } catch (FileSystemException e) {
          failure = e;
        }
      }
      throw failure;
    }
  }

  private static Path unpacked(JarFile jar, SortedMap<String, JarEntry> files, Path cache)
      throws IOException {
    Path made = cache.resolve("python-" + key(files));
    if (isOurs(made)) {
      return made;
    }
    Files.createDirectories(
        cache, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    if (!isOurs(cache)) {
      throw new FileSystemException(cache.toString(), null, "others may write to it");
    }
    return unpack(jar, files, made);
  }

  /** Classes in a directory, as a build has them. */
  private static Path directory(URL mark) throws IOException {
    try {
      return Path.of(mark.toURI()).resolve("../..").normalize();
    } catch (URISyntaxException e) {
      throw new IOException("The workers' Python code is at " + mark, e);
    }
  }

  private static SortedMap<String, JarEntry> files(JarFile jar) {
    SortedMap<String, JarEntry> files = new TreeMap<>();
    Enumeration<JarEntry> entries = jar.entries();
    while (entries.hasMoreElements()) {
      JarEntry entry = entries.nextElement();
      String name = entry.getName();
      if (name.startsWith(PREFIX) && !entry.isDirectory() && !name.contains("..")) {
        files.put(name.substring(PREFIX.length()), entry);
      }
    }
    return files;
  }

  private static String key(SortedMap<String, JarEntry> files) {
    CRC32C sum = new CRC32C();
    long size = 0;
    for (var file : files.entrySet()) {
      sum.update(
          (file.getKey() + "|" + file.getValue().getCrc() + "\n").getBytes(StandardCharsets.UTF_8));
      size += file.getValue().getSize();
    }
    return "%d-%08x-%x".formatted(files.size(), sum.getValue(), size);
  }

  /** Whether a directory is there, of this user, and can be written by nobody else. */
  private static boolean isOurs(Path directory) throws IOException {
    return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(directory).getName().equals(System.getProperty("user.name"))
        && Files.getPosixFilePermissions(directory).stream()
            .noneMatch(each -> each.name().endsWith("_WRITE") && !each.name().startsWith("OWNER"));
  }

  /** Unpacks beside, and renames: somebody else may be doing the same. */
  private static Path unpack(JarFile jar, SortedMap<String, JarEntry> files, Path made)
      throws IOException {
    Path parts =
        FileTrees.createDirectory(
            made.resolveSibling(made.getFileName() + "." + ProcessHandle.current().pid()));
    try {
      for (var file : files.entrySet()) {
        Path path = parts.resolve(file.getKey().replace('/', File.separatorChar));
        Files.createDirectories(requireNonNull(path.getParent(), "a file has a directory"));
        try (InputStream in = jar.getInputStream(file.getValue())) {
          Files.copy(in, path);
        }
      }
      Files.move(parts, made);
      return made;
    } catch (FileSystemException e) {
      if (isOurs(made)) {
        return made; // another process was quicker
      }
      throw e;
    } finally {
      FileTrees.delete(parts);
    }
  }
}
