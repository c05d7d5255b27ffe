package dev.firesteel.interpreter.external;

import dev.firesteel.storage.BatchFile;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Set;

/**
 * A file for records that do not fit in memory. It is unlinked as soon as it is open, so that
 * nothing stays of a task that is killed. For the task's thread only.
 */
final class SpillFile implements AutoCloseable {
  private static final Log LOG = Log.of("spill");

  private final Workspace workspace;
  private final FileChannel channel;
  private final long attempt;
  private final OutputStream end = new End();
  private long size;

  SpillFile(Workspace workspace, Path scratch, long attempt) throws IOException {
    this.workspace = workspace;
    this.attempt = attempt;
    Path file = scratch.resolve("spill-" + attempt + "-" + workspace.nextSegment());
    this.channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            FileTrees.privateFile());
    try {
      Files.delete(file);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Appends bytes. */
  private final class End extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      ByteBuffer left = ByteBuffer.wrap(bytes, from, length);
      while (left.hasRemaining()) {
        size += channel.write(left, size);
      }
      workspace.wrote(length);
    }
  }

  /** Where appended bytes go. */
  OutputStream end() {
    return end;
  }

  long size() {
    return size;
  }

  /** Bytes of the file, from one place up to another. */
  InputStream open(long from, long to) {
    return new ChannelInput(channel, from, to);
  }

  /** Begins a segment; one at a time. */
  Appender append() {
    return new Appender();
  }

  /** Appends all records as a segment. */
  Segment write(Iterator<?> records) throws IOException {
    Appender appender = append();
    while (records.hasNext()) {
      appender.add(records.next());
    }
    return appender.finish();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("A spill file can't be closed: " + e);
    }
  }

  /** Writes one segment, record by record. */
  final class Appender {
    private final BatchFile.Identity identity =
        new BatchFile.Identity("spill", workspace.nextSegment(), attempt);
    private final BatchFile.Writer writer = new BatchFile.Writer(end, identity);
    private final BatchSize batches = new BatchSize(workspace.spillBatch());
    private final long begin = size;
    private Object[] held = new Object[batches.records()];
    private int count;

    void add(Object record) throws IOException {
      held[count++] = record;
      if (count == held.length) {
        flush();
      }
    }

    private void flush() throws IOException {
      workspace.check();
      BatchFile.Batch batch = workspace.format().encode(held, 0, count);
      writer.add(batch);
      batches.seen(count, batch.payload().length);
      held = new Object[batches.records()];
      count = 0;
    }

    Segment finish() throws IOException {
      if (count > 0) {
        flush();
      }
      if (writer.records() > 0) {
        writer.finish();
      }
      return new Segment(SpillFile.this, identity, begin, size, writer.records());
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
      this.file = file;
      this.identity = identity;
      this.begin = begin;
      this.end = end;
      this.records = records;
    }

    long records() {
      return records;
    }

    /** Nobody reads it again: the file, which holds nothing else, is closed. */
    void discard() {
      file.close();
    }

    /** Its records, a batch at a time in memory. */
    Batches open() {
      return records == 0
          ? Batches.NONE
          : Batches.of(
              new BatchFile.Reader(file.open(begin, end), identity, end - begin), file.workspace);
    }
  }
}
