package dev.firesteel.application;

import dev.firesteel.engine.Jars;
import dev.firesteel.input.UserPaths;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Where the classes of an application's functions are: the class path of this JVM, and the jars
 * that were added while it runs. Thread-safe.
 */
final class AddedJars implements Jars, Closeable {
  private final Loader loader;

  /** No jars yet, beside what the given loader finds. */
  AddedJars(ClassLoader parent) {
    this.loader = new Loader(parent);
  }

  private static final class Loader extends URLClassLoader {
    static {
      registerAsParallelCapable();
    }

    Loader(ClassLoader parent) {
      super("firesteel-added-jars", new URL[0], parent);
    }

    void add(URL jar) {
      addURL(jar);
    }
  }

  @Override
  public ClassLoader loader() {
    return loader;
  }

  @Override
  public synchronized void add(String place) throws IOException {
    Path path = path(place);
    if (!Files.exists(path)) {
      throw new IOException("there is no file " + path);
    }
    if (Files.isRegularFile(path)) {
      try (ZipFile jar = new ZipFile(path.toFile())) {
        jar.size();
      } catch (ZipException e) {
        throw new IOException(path + " is no jar: " + e.getMessage(), e);
      }
    }
    URL url = path.toUri().toURL();
    if (!List.of(loader.getURLs()).contains(url)) {
      loader.add(url);
    }
  }

  private static Path path(String place) throws IOException {
    try {
      return Path.of(UserPaths.localOfUri(place, Path.of("").toAbsolutePath().toString()));
    } catch (InvalidPathException e) {
      throw new IOException(place + " is no path: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> added() {
    List<String> names = new ArrayList<>();
    for (URL url : loader.getURLs()) {
      names.add(new File(url.getPath()).getName());
    }
    return names;
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
