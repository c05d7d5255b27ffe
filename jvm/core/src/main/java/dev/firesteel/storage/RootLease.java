package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A root's own mark that its application lives: a file in it, locked for as long as that. The
 * {@link Registry} finds the roots that crashed applications left as long as it is still there
 * itself, but it is in a directory for temporary files, which a batch system removes at the end of
 * a job while /dev/shm stays, and what is left in /dev/shm is memory. So whoever keeps files beside
 * such a root removes it too.
 *
 * <p>The mark is made under another name, locked, and then renamed, so a mark that is free is one
 * of a dead application. A root without a mark is left alone.
 */
final class RootLease implements Closeable {
  private static final Log LOG = Log.of("storage");
  private static final String ROOTS = "firesteel-local-";
  private static final String MARK = ".alive";

  private final FileChannel channel;

  private RootLease(FileChannel channel) {
    this.channel = channel;
  }

  /** Marks a root of this process, which {@link Registry#isOwn} must know already. */
  static RootLease take(Path root) throws IOException {
    Path hidden = root.resolve(MARK + ".new");
    FileChannel channel =
        FileChannel.open(
            hidden,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileTrees.privateFile());
    try {
      if (channel.tryLock() == null) {
        throw new StorageException("Another process holds the lock of the new file " + hidden);
      }
      Files.move(hidden, root.resolve(MARK), StandardCopyOption.ATOMIC_MOVE);
      return new RootLease(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Removes this user's roots in a directory whose marks are free.
   *
   * @return those that were removed
   */
  static List<Path> clean(Path parent) throws IOException {
    List<Path> removed = new ArrayList<>();
    try (DirectoryStream<Path> roots = Files.newDirectoryStream(parent, ROOTS + "*")) {
      for (Path root : roots) {
        try {
          if (removeIfDead(root)) {
            removed.add(root);
          }
        } catch (IOException e) {
          LOG.warn("The leftover " + root + " of an earlier application can't be removed: " + e);
        }
      }
    }
    return removed;
  }

  private static boolean removeIfDead(Path root) throws IOException {
    String name = requireNonNull(root.getFileName(), "a root has a name").toString();
    if (Registry.isOwn(name.substring("firesteel-".length()))
        || !Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)
        || Registry.uid(root) != Registry.ownUid()) {
      return false;
    }
    try (FileChannel channel =
        FileChannel.open(root.resolve(MARK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        return false;
      }
      FileTrees.delete(root);
      return true;
    } catch (NoSuchFileException e) {
      return false; // not marked yet, or another cleaner was quicker
    }
  }

  /** Gives the mark up. The root with the mark in it should be gone by then. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
