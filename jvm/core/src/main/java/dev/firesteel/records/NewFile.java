package dev.firesteel.records;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.FileTrees;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file of mode 0600 that appears under its name only when it is complete; the bytes go to another
 * name first. Closing it without a {@link #commit} removes what was written. For one thread.
 *
 * <p>Whatever fails is a {@link DiskException}.
 */
public final class NewFile implements RecordWriter.Output, Closeable {
  private final Path path;
  private final Path unfinished;
  private final FileOutputStream out;
  private long size;
  private boolean open = true;

  /** Creates the file under its temporary name. */
  public NewFile(Path path) {
    this.path = requireNonNull(path, "path is null");
    this.unfinished = path.resolveSibling(path.getFileName() + ".tmp");
    try {
      Files.createFile(unfinished, FileTrees.privateFile());
      this.out = new FileOutputStream(unfinished.toFile(), true);
    } catch (IOException e) {
      throw new DiskException(unfinished, 0, e);
    }
  }

  /** The name that it is to have. */
  public Path path() {
    return path;
  }

  /** The name that it has until it is complete. */
  public Path unfinished() {
    return unfinished;
  }

  /** How many bytes have been written. */
  public long size() {
    return size;
  }

  @Override
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  /** Appends a part of an array. */
  public void write(byte[] bytes, int from, int length) {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      throw new DiskException(unfinished, length, e);
    }
    size += length;
  }

  /** It is complete, and gets its name. */
  public void commit() {
    try {
      out.close();
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      open = false;
    } catch (IOException e) {
      throw new DiskException(unfinished, 0, e);
    }
  }

  /** Removes it unless it has been committed. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      Files.deleteIfExists(unfinished); // first: closing may fail again on a full disk
      out.close();
    } catch (IOException e) {
      throw new DiskException(unfinished, 0, e);
    }
  }
}
