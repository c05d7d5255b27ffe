package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Closer;
import dev.firesteel.util.FileTrees;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
   * @param locals the directories of the disk tier; one that can't be used is an error that names
   *     it
   * @param tmpfs the mount point of the memory tier, or null for none
   */
  public static AppDirectories create(
      String application, Path temporary, List<Path> locals, @Nullable Path tmpfs)
      throws IOException {
    requireNonNull(application, "application is null");
    if (locals.isEmpty()) {
      throw new IllegalArgumentException("There is no local directory");
    }
    String name = "firesteel-" + application;
    List<Path> disks = new ArrayList<>();
    for (Path local : locals) {
      disks.add(local.toAbsolutePath().normalize().resolve(name));
    }
    Path memory = tmpfs == null ? null : tmpfs.resolve(name);
    Path sockets = socketDirectory(temporary, application);
    List<Path> roots = new ArrayList<>(disks);
    if (memory != null) {
      roots.add(memory);
    }
    if (!roots.contains(sockets) && !sockets.startsWith(disks.get(0))) {
      roots.add(sockets);
    }
    Registry.Entry entry = Registry.open(temporary).register(application, roots);
    AppDirectories directories =
        new AppDirectories(
            application, entry, List.copyOf(disks), memory, sockets, List.copyOf(roots));
    directories.closer.add(entry);
    try {
      for (Path root : roots) {
        directories.makeRoot(root);
      }
      FileTrees.createDirectory(disks.get(0).resolve("driver"));
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
    if (!Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
    if (!Files.isWritable(parent)) {
      throw new StorageException(
          "The local directory %s can't be written to. Set spark.local.dir to one that can, for example --conf spark.local.dir=/var/tmp"
              .formatted(parent));
    }
    FileTrees.createDirectory(root);
    try {
      closer.add(RootLease.take(root));
    } finally {
      closer.add(() -> FileTrees.delete(root)); // before the mark in it is given up
    }
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

  /** The entry in the registry. */
  public Path registryEntry() {
    return entry.directory();
  }

  /** Removes every file of the application, its registry entry last. Idempotent. */
  @Override
  public void close() throws IOException {
    closer.close();
  }
}
