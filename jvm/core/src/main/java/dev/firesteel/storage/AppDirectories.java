package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Closer;
import dev.firesteel.util.FileTrees;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one application keeps its files: a root of mode 0700 in each local directory (the disk
 * tier), one in the tmpfs (the memory tier) where that is usable, and an entry in the user's {@link
 * Registry} that names them all and is locked for the application's life. Closing removes
 * everything. Thread-safe.
 */
public final class AppDirectories implements Closeable {
  private static final int MAX_SOCKET_PATH = 100;

  private final String application;
  private final Registry.Entry entry;
  private final List<Path> disks;
  private final @Nullable Path memory;
  private final Path sockets;
  private final List<Path> roots;
  private final Closer closer = new Closer();

  private AppDirectories(
      String application,
      Registry.Entry entry,
      List<Path> disks,
      @Nullable Path memory,
      Path sockets,
      List<Path> roots) {
    this.application = application;
    this.entry = entry;
    this.disks = disks;
    this.memory = memory;
    this.sockets = sockets;
    this.roots = roots;
  }

  /**
   * Makes the directories of a new application.
   *
   * @param application its id
   * @param temporary the directory for temporary files, which holds the registry
   * @param locals the directories of the disk tier; one that is there twice counts once, one that
   *     can't be used is an error that names it
   * @param tmpfs the mount point of the memory tier, which may be one of these; or null for none
   */
  public static AppDirectories create(
      String application, Path temporary, List<Path> locals, @Nullable Path tmpfs)
      throws IOException {
    requireNonNull(application, "application is null");
    if (locals.isEmpty()) {
      throw new IllegalArgumentException("There is no local directory");
    }
    String name = "firesteel-" + application;
    Map<Path, Path> places = new LinkedHashMap<>();
    for (Path local : locals) {
      places.putIfAbsent(made(local), local.toAbsolutePath().normalize().resolve(name));
    }
    List<Path> disks = List.copyOf(places.values());
    Path sockets = socketDirectory(temporary, application);
    List<Path> roots = new ArrayList<>(disks);
    Path memory = null;
    Path shared = null;
    if (tmpfs != null) {
      shared = places.get(made(tmpfs));
      memory = shared == null ? tmpfs.resolve(name) : shared.resolve("memory");
      if (shared == null) {
        roots.add(memory);
      }
    }
    if (!roots.contains(sockets) && !sockets.startsWith(disks.get(0))) {
      roots.add(sockets);
    }
    Registry.Entry entry = Registry.open(temporary).register(application, roots);
    AppDirectories directories =
        new AppDirectories(application, entry, disks, memory, sockets, List.copyOf(roots));
    directories.closer.add(entry);
    try {
      for (Path root : roots) {
        directories.makeRoot(root);
      }
      FileTrees.createDirectory(disks.get(0).resolve("driver"));
      if (memory != null && shared != null) {
        FileTrees.createDirectory(memory);
      }
      return directories;
    } catch (IOException | RuntimeException e) {
      try {
        directories.close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private void makeRoot(Path root) throws IOException {
    Path parent = requireNonNull(root.getParent(), "a root has a parent");
    made(parent);
    if (!Files.isWritable(parent)) {
      throw unusable(parent, "can't be written to", null);
    }
    try {
      FileTrees.createDirectory(root);
    } catch (IOException e) {
      throw unusable(parent, "can't be written to (" + e + ")", e);
    }
    try {
      closer.add(RootLease.take(root));
    } finally {
      closer.add(() -> FileTrees.delete(root)); // before the mark in it is given up
    }
  }

  /** Makes a directory unless it is there, and gives its real path. */
  private static Path made(Path directory) throws IOException {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory);
      }
      return directory.toRealPath();
    } catch (IOException e) {
      throw unusable(directory, "can't be made (" + e + ")", e);
    }
  }

  private static StorageException unusable(
      Path directory, String what, @Nullable IOException cause) {
    return new StorageException(
        "The local directory %s %s. Set spark.local.dir to directories that can be used, for example --conf spark.local.dir=/var/tmp"
            .formatted(directory, what),
        cause);
  }

  /**
   * Removes what crashed applications of this user left beside this one's roots, where their
   * registry is no longer there to tell.
   *
   * @return the directories that were removed
   */
  public List<Path> cleanBeside() throws IOException {
    List<Path> removed = new ArrayList<>();
    for (Path root : roots) {
      removed.addAll(RootLease.clean(requireNonNull(root.getParent(), "a root has a parent")));
    }
    return removed;
  }

  /** A Unix socket's path may have 107 bytes, so sockets have a short directory of their own. */
  private static Path socketDirectory(Path temporary, String application) {
    Path usual = temporary.toAbsolutePath().resolve("firesteel-" + application);
    return usual.toString().length() + "/s/engine".length() < MAX_SOCKET_PATH
        ? usual
        : Path.of("/tmp").resolve("firesteel-" + application);
  }

  /** The application's id. */
  public String application() {
    return application;
  }

  /** The roots of the disk tier, at least one. */
  public List<Path> disks() {
    return disks;
  }

  /** The root of the memory tier. */
  public Optional<Path> memory() {
    return Optional.ofNullable(memory);
  }

  /** Where the driver puts the files that it writes. */
  public Path driver() {
    return disks.get(0).resolve("driver");
  }

  /** The path of the worker socket, short enough to be bound. */
  public Path socket() {
    return sockets.resolve("engine.sock");
  }

  /** Where files of either tier go. */
  public Tiers tiers() {
    return new Tiers(memory, disks);
  }

  /** Every directory of the application: its roots, and its entry in the registry last. */
  public List<Path> all() {
    List<Path> all = new ArrayList<>(roots);
    all.add(entry.directory());
    return all;
  }

  /** Removes every file of the application, its registry entry last. Idempotent. */
  @Override
  public void close() throws IOException {
    closer.close();
  }
}
