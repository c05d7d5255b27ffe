package dev.firesteel.crossing;

import static java.util.Objects.requireNonNull;

import dev.firesteel.storage.BatchFile;
import dev.firesteel.storage.StorageException;
import dev.firesteel.util.FileTrees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of one crossing: each has one batch, sealed with what it is. The reader removes a file
 * when it has opened it. For one thread.
 */
public final class CrossingFiles {
  private static final int CODEC = 0;
  private static final int FIRST = 16;
  private static final int GROWTH = 8;
  private static final int MOST = 1 << 18;
  private static final int TARGET = 256 << 10;

  private final Path directory;
  private final BatchFile.Identity identity;
  private long batches;
  private long records;
  private int limit = FIRST;

  /**
   * A batch that has been written, or the end.
   *
   * @param path the file, or null at the end
   * @param bytes its length
   * @param records how many records it has; at the end, how many all batches had
   */
  public record Batch(@Nullable Path path, long bytes, long records) {}

  /**
   * The files of a crossing.
   *
   * @param directory where files are written
   * @param number the crossing's number in the plan
   * @param attempt the attempt whose crossing it is
   */
  public CrossingFiles(Path directory, int number, long attempt) {
    this.directory = requireNonNull(directory, "directory is null");
    this.identity = new BatchFile.Identity("crossing_" + number, 0, attempt);
  }

  /**
   * Writes the next records as a batch for Python, as many as make a batch.
   *
   * @param source asked for as many as are needed
   * @param site says which operation makes them, for errors; null if it is not known
   * @throws RecordRefusedException if a record is not of basic types
   */
  public Batch write(Iterator<?> source, Supplier<@Nullable String> site) throws IOException {
    PickleWriter pickle = new PickleWriter();
    int count = 0;
    while (count < limit && pickle.size() < TARGET && source.hasNext()) {
      Object record = source.next();
      try {
        pickle.add(record);
      } catch (RecordRefusedException e) {
        throw e.of(site.get(), Shown.shorten(record));
      }
      count++;
    }
    if (count == 0) {
      return new Batch(null, 0, records);
    }
    limit = Math.min(MOST, limit * GROWTH);
    ByteBuffer sealed =
        BatchFile.sealed(identity, batches, new BatchFile.Batch(CODEC, 0, count, pickle.finish()));
    Path path = directory.resolve("batch-" + batches);
    long length = sealed.remaining();
    try (FileChannel file =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileTrees.privateFile())) {
      while (sealed.hasRemaining()) {
        file.write(sealed);
      }
    }
    batches++;
    records += count;
    return new Batch(path, length, count);
  }

  /**
   * Reads a batch that Python wrote, and removes its file.
   *
   * @throws StorageException if it is not what was written as this crossing's next batch
   * @throws RecordRefusedException if a record can't be had in Java
   */
  public List<@Nullable Object> read(Path path, long bytes) throws IOException {
    byte[] file = Files.readAllBytes(path);
    Files.delete(path);
    if (file.length != bytes) {
      throw new StorageException(
          "A batch of %s has %d bytes, %d were written"
              .formatted(identity.name(), file.length, bytes));
    }
    BatchFile.Batch batch = BatchFile.opened(file, identity, batches);
    List<@Nullable Object> found = PickleReader.records(batch.payload());
    if (found.size() != batch.records()) {
      throw new StorageException("A batch of " + identity.name() + " has lost records");
    }
    batches++;
    records += found.size();
    return found;
  }

  /**
   * Python has sent the last batch.
   *
   * @param said how many records it has sent
   */
  public void end(long said) throws IOException {
    if (said != records) {
      throw new StorageException(
          "%s gave %d records, and Python sent %d".formatted(identity.name(), records, said));
    }
  }
}
