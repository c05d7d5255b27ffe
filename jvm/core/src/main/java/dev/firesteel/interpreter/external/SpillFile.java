package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import dev.firesteel.records.DamagedException;
import dev.firesteel.records.DiskException;
import dev.firesteel.records.RecordWriter;
import dev.firesteel.storage.BatchFile;
import dev.firesteel.util.BulkInputStream;
import dev.firesteel.util.FileTrees;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * A file for records that do not fit in memory. It is unlinked as soon as it is open, so that
 * nothing stays of a task that is killed; and it is no channel, which an interrupt would close. For
 * the task's thread only.
 */
final class SpillFile implements Closeable {
  private static final String NAME = "spill";

  private final Workspace workspace;
  private final Path path;
  private final RandomAccessFile file;
  private long size;

  SpillFile(Workspace workspace, Path scratch) {
    this.workspace = workspace;
    this.path = scratch.resolve(NAME + "-" + workspace.attempt() + "-" + workspace.nextNumber());
    try {
      Files.createFile(path, FileTrees.privateFile());
      this.file = new RandomAccessFile(path.toFile(), "rw");
      Files.delete(path);
    } catch (IOException e) {
      throw new DiskException(path, 0, e);
    }
  }

  /** Appends bytes. */
  void write(byte[] bytes) {
    try {
      file.seek(size);
      file.write(bytes);
    } catch (IOException e) {
      throw new DiskException(path, bytes.length, e);
    }
    size += bytes.length;
    workspace.wrote(bytes.length);
  }

  long size() {
    return size;
  }

  /** Reads so many bytes into an array. */
  void read(byte[] into, int from, int length, long at) {
    try {
      file.seek(at);
      file.readFully(into, from, length);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  /** What was spilled is not there as it was written. */
  static DamagedException damaged(IOException cause) {
    return new DamagedException(NAME, "What was spilled can't be read: " + cause, cause);
  }

  /** Begins a segment; one at a time. */
  Appender append() {
    return new Appender();
  }

  /** Appends all records as a segment. */
  Segment write(Iterator<?> records) {
    Appender appender = append();
    while (records.hasNext()) {
      appender.add(records.next());
    }
    return appender.finish();
  }

  /** Nobody reads it again. */
  void discard() {
    try {
      close();
    } catch (IOException e) {
      throw new DiskException(path, 0, e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Writes one segment, record by record. */
  final class Appender {
    private final BatchFile.Identity identity =
        new BatchFile.Identity(NAME, workspace.nextNumber(), workspace.attempt());
    private final long begin = size;
    private final RecordWriter writer =
        new RecordWriter(identity, workspace.encoder(), SpillFile.this::write);

    void add(Object record) {
      writer.add(record);
    }

    Segment finish() {
      workspace.check();
      writer.finish();
      return new Segment(SpillFile.this, identity, begin, size, writer.written().records());
    }
  }

  /** A run of records in the file, which may be read again and again. */
  static final class Segment {
    private final SpillFile file;
    private final BatchFile.Identity identity;
    private final long begin;
    private final long end;
    private final long records;

    private Segment(
        SpillFile file, BatchFile.Identity identity, long begin, long end, long records) {
      this.file = requireNonNull(file, "file is null");
      this.identity = identity;
      this.begin = begin;
      this.end = end;
      this.records = records;
    }

    long records() {
      return records;
    }

    /** The file that it is in. */
    SpillFile file() {
      return file;
    }

    /** Its records, a batch at a time in memory. */
    Batches open() {
      return Batches.spilled(
          new BatchFile.Reader(new Input(file, begin, end), identity, end - begin), file.workspace);
    }
  }

  /** Part of the file. */
  private static final class Input extends BulkInputStream {
    private final SpillFile file;
    private final long to;
    private long at;

    Input(SpillFile file, long from, long to) {
      this.file = file;
      this.at = from;
      this.to = to;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      int most = (int) Math.min(length, to - at);
      if (most == 0) {
        return length == 0 ? 0 : -1;
      }
      file.read(into, from, most, at);
      at += most;
      return most;
    }
  }
}
