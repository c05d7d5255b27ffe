package dev.firesteel.records;

import dev.firesteel.storage.BatchFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the slices of a driver's collection to one file: batches without a trailer, of which each
 * task reads its own.
 */
public final class SliceWriter {
  private SliceWriter() {}

  /**
   * Where a slice is.
   *
   * @param from the first byte
   * @param to the byte after the last
   * @param records how many records it holds
   * @param firstBatch the number of its first batch
   */
  public record Slice(long from, long to, long records, long firstBatch) {}

  /**
   * Writes the file.
   *
   * @param path a file that does not exist yet
   * @param name the block's name, such as {@code input_0_7}
   * @param slices the records of each partition
   * @throws UnserializableException if a record can't be serialized
   * @throws DiskException if the file can't be written
   */
  public static List<Slice> write(Path path, String name, List<? extends Iterable<?>> slices) {
    List<Slice> rows = new ArrayList<>();
    try (NewFile file = new NewFile(path)) {
      RecordWriter writer = new RecordWriter(new BatchFile.Identity(name, 0, 0), file);
      BatchFile.Sealer written = writer.written();
      for (Iterable<?> slice : slices) {
        long from = written.length();
        long records = written.records();
        long first = written.batches();
        slice.forEach(writer::add);
        writer.finishPart();
        rows.add(new Slice(from, written.length(), written.records() - records, first));
      }
      file.commit();
    }
    return rows;
  }
}
