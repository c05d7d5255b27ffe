package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This user's applications on this machine: {@code <tmp>/firesteel-<uid>/<application>/}, each with
 * a file {@code lock} that the application holds locked for its life and a file {@code roots} that
 * names every directory where it keeps files. A lock and not a process id says who lives, because
 * containers that share a directory do not share process ids.
 *
 * <p>An entry is made under a hidden name, locked, and then renamed, so a cleaner never sees an
 * entry that is not locked yet. Hidden entries whose lock is free are leftovers too.
 */
public final class Registry {
  private static final Log LOG = Log.of("storage");
  private static final String LOCK = "lock";
  private static final String ROOTS = "roots";
  private static final String HIDDEN = ".";

  /**
   * The applications of this process. A cleaner must not even open their lock files: these are
   * POSIX locks, and closing any channel of a file gives up every lock that the process has on it.
   */
  private static final Set<String> OWN = ConcurrentHashMap.newKeySet();

  private final Path directory;

  private Registry(Path directory) {
    this.directory = directory;
  }

  /**
   * One application's entry, locked. Closing it removes the entry; its roots must be gone by then.
   */
  public static final class Entry implements Closeable {
    private final Path directory;
    private final FileChannel channel;

    private Entry(Path directory, FileChannel channel) {
      this.directory = directory;
      this.channel = channel;
    }

    /** The entry's directory, in which short-lived small files such as sockets may be. */
    public Path directory() {
      return directory;
    }

    /** Removes the entry and gives the lock up, in this order. */
    @Override
    public void close() throws IOException {
      try {
        FileTrees.delete(directory);
      } finally {
        channel.close();
        OWN.remove(application(directory));
      }
    }
  }

  /**
   * Opens the registry below a directory for temporary files, making it when missing.
   *
   * @throws StorageException when the registry belongs to somebody else, or others may write to it
   */
  public static Registry open(Path temporary) throws IOException {
    requireNonNull(temporary, "temporary is null");
    long uid = ownUid();
    Path directory = temporary.toAbsolutePath().resolve("firesteel-" + uid);
    try {
      FileTrees.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      checkOwn(directory, uid);
    } catch (NoSuchFileException e) {
      throw new StorageException(
          "The directory for temporary files, %s, does not exist. Create it, or set java.io.tmpdir or spark.local.dir to one that does."
              .formatted(temporary),
          e);
    }
    return new Registry(directory);
  }

  /**
   * Makes and locks an application's entry.
   *
   * @param application its id, which is its directory's name
   * @param roots every directory where it will keep files; they need not exist yet
   */
  public Entry register(String application, List<Path> roots) throws IOException {
    OWN.add(application);
    Path hidden = directory.resolve(HIDDEN + application);
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              FileTrees.createDirectory(hidden).resolve(LOCK),
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              FileTrees.privateFile());
    } catch (IOException | RuntimeException e) {
      OWN.remove(application);
      throw e;
    }
    try {
      if (channel.tryLock() == null) {
        throw new StorageException("Another process holds the lock of the new entry " + hidden);
      }
      writeRoots(hidden.resolve(ROOTS), roots);
      Path visible = directory.resolve(application);
      Files.move(hidden, visible, StandardCopyOption.ATOMIC_MOVE);
      return new Entry(visible, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      FileTrees.delete(hidden);
      OWN.remove(application);
      throw e;
    }
  }

  /**
   * Removes the files of applications that are no longer alive: those whose lock is free.
   *
   * @return the entries that were removed
   */
  public List<Path> clean() throws IOException {
    List<Path> removed = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          continue;
        }
        try {
          if (removeIfDead(entry)) {
            removed.add(entry);
          }
        } catch (IOException e) {
          LOG.warn("The leftover " + entry + " of an earlier application can't be removed: " + e);
        }
      }
    }
    return removed;
  }

  /** Whether an application is one of this process. */
  static boolean isOwn(String application) {
    return OWN.contains(application);
  }

  private static boolean removeIfDead(Path entry) throws IOException {
    if (isOwn(application(entry))) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(entry.resolve(LOCK), StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        return false;
      }
      for (Path root : readRoots(entry.resolve(ROOTS))) {
        if (isApplicationRoot(root, entry)) {
          FileTrees.delete(root);
        } else {
          LOG.warn(
              "The entry "
                  + entry
                  + " names "
                  + root
                  + ", which is no directory of ours: left alone");
        }
      }
      FileTrees.delete(entry);
      return true;
    } catch (NoSuchFileException e) {
      // Either it is being made and has no lock file yet, or another cleaner was quicker.
      return removeIfAbandoned(entry);
    }
  }

  /** An entry without a lock file for a minute is one whose maker died between two system calls. */
  private static boolean removeIfAbandoned(Path entry) throws IOException {
    try {
      long age =
          System.currentTimeMillis()
              - Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toMillis();
      if (age < 60_000) {
        return false;
      }
      FileTrees.delete(entry);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Only a directory that is named after the application and is this user's may be removed. */
  private static boolean isApplicationRoot(Path root, Path entry) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    return root.isAbsolute()
        && root.getFileName().toString().equals("firesteel-" + application(entry))
        && Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)
        && uid(root) == ownUid();
  }

  private static String application(Path entry) {
    String name = entry.getFileName().toString();
    return name.startsWith(HIDDEN) ? name.substring(HIDDEN.length()) : name;
  }

  private static void writeRoots(Path file, List<Path> roots) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path root : roots) {
      if (root.toString().indexOf('\n') >= 0) {
        throw new StorageException(
            "A directory whose name holds a line end can't be used: " + root);
      }
      text.append(root).append('\n');
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileTrees.privateFile())) {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static List<Path> readRoots(Path file) throws IOException {
    List<Path> roots = new ArrayList<>();
    try {
      for (String line : Files.readString(file).split("\n", -1)) {
        if (!line.isEmpty()) {
          roots.add(Path.of(line));
        }
      }
    } catch (NoSuchFileException e) {
      return roots; // it died before it had any file elsewhere
    }
    return roots;
  }

  private static void checkOwn(Path directory, long uid) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new StorageException(
          directory
              + " is in the way: it should be a directory of this user. Remove it, or set java.io.tmpdir to another directory.");
    }
    long owner = uid(directory);
    if (owner != uid) {
      throw new StorageException(
          "%s belongs to user %d, and this is user %d: its content can't be trusted. Have it removed, or set java.io.tmpdir to another directory."
              .formatted(directory, owner, uid));
    }
    Set<PosixFilePermission> mode =
        Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
    if (mode.contains(PosixFilePermission.GROUP_WRITE)
        || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new StorageException(
          "%s may be written by others (%s): its content can't be trusted. Remove it, or run: chmod 700 %s"
              .formatted(directory, PosixFilePermissions.toString(mode), directory));
    }
  }

  /**
   * The user whose files this process makes. (The link /proc/self itself belongs to root, whoever
   * looks.)
   */
  static long ownUid() throws IOException {
    return uidIn(Path.of("/proc/self/status"));
  }

  static long uidIn(Path status) throws IOException {
    for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("Uid:")) { // real, effective, saved, of the file system
        return Long.parseLong(line.substring(line.lastIndexOf('\t') + 1).strip());
      }
    }
    throw new StorageException(status + " does not tell the user of this process");
  }

  static long uid(Path path) throws IOException {
    return ((Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))
        & 0xffffffffL;
  }
}
