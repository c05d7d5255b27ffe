package dev.firesteel.records;

import static java.util.Objects.requireNonNull;

import dev.firesteel.storage.BatchFile;
import java.io.Closeable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The records of a section, verified batch by batch and counted at the end. Closes what it reads
 * when that has ended, or when it is told to. For one thread.
 */
public final class RecordReader implements Iterator<Object>, Closeable {
  private final SectionReader section;
  private final BatchDecoder decoder;
  private final String name;
  private final long expected;

  private Object[] batch = {};
  private int at;
  private long found;
  private boolean ended;

  /**
   * A reader that closes the section.
   *
   * @param name the block's name, for errors
   * @param expected how many records there must be
   */
  public RecordReader(SectionReader section, BatchDecoder decoder, String name, long expected) {
    this.section = requireNonNull(section, "section is null");
    this.decoder = requireNonNull(decoder, "decoder is null");
    this.name = requireNonNull(name, "name is null");
    this.expected = expected;
  }

  @Override
  public boolean hasNext() {
    while (at == batch.length) {
      if (ended) {
        return false;
      }
      nextBatch();
    }
    return true;
  }

  private void nextBatch() {
    Optional<BatchFile.Batch> next = section.next();
    at = 0;
    if (next.isPresent()) {
      batch = decoder.decode(next.get());
      found += batch.length;
      return;
    }
    batch = new Object[0];
    ended = true;
    section.close();
    if (found != expected) {
      throw new DamagedException(
          name,
          "The block " + name + " holds " + found + " records, " + expected + " were written",
          null);
    }
  }

  @Override
  public @Nullable Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all records of " + name + " have been given");
    }
    Object record = batch[at];
    batch[at++] = null;
    return record;
  }

  @Override
  public void close() {
    ended = true;
    batch = new Object[0];
    at = 0;
    section.close();
  }
}
