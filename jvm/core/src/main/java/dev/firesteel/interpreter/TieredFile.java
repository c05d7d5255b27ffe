package dev.firesteel.interpreter;

import dev.firesteel.records.DiskException;
import dev.firesteel.records.NewFile;
import dev.firesteel.records.RecordWriter;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that may be in the memory tier, within an allowance: more is asked for before it is
 * written. Without room it goes on at another path; where there is none, it goes on in the task's
 * scratch directory and is not kept. Closing it without a {@link #commit} removes it.
 */
final class TieredFile implements RecordWriter.Output, Closeable {
  private static final long STEP = 1 << 20;
  private static final long LARGEST_STEP = 16 << 20;
  private static final int CHUNK = 1 << 18;

  /**
   * Asked for when the file system itself is full: there is no such room, so the answer says where
   * to go.
   */
  private static final long FULL = 1L << 62;

  private final String name;
  private final Room room;
  private final Path spare;
  private NewFile file;
  private @Nullable Long allowed;
  private long step = STEP;
  private boolean kept = true;

  /** The file of a block that the plan of a task writes. */
  TieredFile(String name, TaskEnvironment environment) {
    this.name = name;
    this.room = environment.room();
    this.spare = environment.scratch().resolve(name);
    this.allowed = environment.space().get(name);
    this.file = new NewFile(environment.file(name));
  }

  /**
   * The file of a block for which there is no room in memory.
   *
   * @param path where it may be kept; null if it is only for the task
   */
  TieredFile(String name, TaskEnvironment environment, @Nullable Path path) {
    this.name = name;
    this.room = environment.room();
    this.spare = environment.scratch().resolve(name);
    this.kept = path != null;
    this.file = new NewFile(path == null ? spare : path);
  }

  /** Where it is once it is complete. */
  Path path() {
    return file.path();
  }

  /** Where it is until then. */
  Path unfinished() {
    return file.unfinished();
  }

  long size() {
    return file.size();
  }

  /** Whether the engine is to know of it. */
  boolean kept() {
    return kept;
  }

  /**
   * Makes sure that so many more bytes may be written.
   *
   * @param must whether it goes on in the scratch directory when there is no room for it
   * @return false if there is no room, and it need not be
   */
  boolean reserve(long length, boolean must) {
    Long limit = allowed;
    if (limit == null || file.size() + length <= limit) {
      return true;
    }
    long least = file.size() + length - limit;
    Room.Grant grant = room.ask(name, Math.max(least, step), least);
    if (grant.bytes() > 0) {
      allowed = limit + grant.bytes();
      step = Math.min(2 * step, LARGEST_STEP);
      return true;
    }
    if (grant.path() == null && !must) {
      return false;
    }
    move(grant.path());
    return true;
  }

  @Override
  public void write(byte[] bytes) {
    reserve(bytes.length, true);
    long before = file.size();
    try {
      file.write(bytes);
    } catch (DiskException e) {
      if (allowed == null) {
        throw e;
      }
      move(room.ask(name, FULL, FULL).path()); // the tmpfs is full, whatever has been allowed
      if (file.size() != before) {
        throw new IllegalStateException(name + " has lost bytes on its way to disk", e);
      }
      file.write(bytes);
    }
  }

  /** Goes on in another file, without a limit. */
  private void move(@Nullable Path path) {
    if (path == null) {
      kept = false;
      path = spare;
    }
    NewFile target = new NewFile(path);
    try (NewFile source = file;
        InputStream in = new FileInputStream(source.unfinished().toFile())) {
      byte[] chunk = new byte[CHUNK];
      for (long left = source.size(); left > 0; ) {
        int found = in.readNBytes(chunk, 0, (int) Math.min(left, CHUNK));
        if (found == 0) {
          throw new IOException("became shorter while it was moved");
        }
        target.write(chunk, 0, found);
        left -= found;
      }
    } catch (IOException e) {
      target.close();
      throw new DiskException(path, 0, e);
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
    file = target;
    allowed = null;
  }

  /** It is complete, and gets its name. */
  void commit() {
    file.commit();
  }

  @Override
  public void close() {
    file.close();
  }
}
