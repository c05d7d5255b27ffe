package dev.firesteel.records;

import dev.firesteel.storage.BatchFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens and writes blocks whose records are of Java. All is verified as it is read. */
public final class StoredRecords {
  private StoredRecords() {}

  /**
   * What a block is, and what must be found in it.
   *
   * @param name its name, such as {@code rdd_0_7_3}
   * @param attempt the task attempt that wrote it; 0 for the driver
   * @param bytes its length
   * @param records how many records it holds
   */
  public record Block(String name, long attempt, long bytes, long records) {
    BatchFile.Identity identity() {
      return new BatchFile.Identity(name, 0, attempt);
    }
  }

  /**
   * Opens a block's file.
   *
   * @param loader finds the classes of the records
   * @throws DamagedException if it is not there, or has not that length
   */
  public static RecordReader open(Path path, Block block, ClassLoader loader) {
    long size;
    try {
      size = Files.size(path);
    } catch (IOException e) {
      throw new DamagedException(
          block.name(), "The block " + block.name() + " cannot be opened: " + e, e);
    }
    requireSize(block, size);
    SectionReader section =
        SectionReader.open(path, block.identity(), SectionReader.Part.whole(0, size));
    return new RecordReader(section, new BatchDecoder(loader), block.name(), block.records());
  }

  /** Opens a block that is held as bytes, such as a small result; otherwise as from a file. */
  public static RecordReader open(byte[] bytes, Block block, ClassLoader loader) {
    requireSize(block, bytes.length);
    SectionReader section = SectionReader.open(bytes, block.identity());
    return new RecordReader(section, new BatchDecoder(loader), block.name(), block.records());
  }

  private static void requireSize(Block block, long found) {
    if (found != block.bytes()) {
      throw new DamagedException(
          block.name(),
          "The block "
              + block.name()
              + " has "
              + found
              + " bytes, "
              + block.bytes()
              + " were written",
          null);
    }
  }

  /**
   * Writes the file of a block that was held as objects.
   *
   * @return its length
   * @throws DiskException if it can't be written
   * @throws UnserializableException if a record can't be
   */
  public static long write(Path path, BatchFile.Identity identity, Object[] records) {
    try (NewFile file = new NewFile(path)) {
      RecordWriter writer = new RecordWriter(identity, file);
      for (Object record : records) {
        writer.add(record);
      }
      writer.finish();
      file.commit();
      return file.size();
    }
  }

  /**
   * Opens a slice of a file that {@link SliceWriter} wrote.
   *
   * @param name the block's name
   * @param slice where it is
   */
  public static RecordReader slice(
      Path path, String name, SliceWriter.Slice slice, ClassLoader loader) {
    SectionReader.Part part =
        new SectionReader.Part(slice.from(), slice.to() - slice.from(), slice.firstBatch(), false);
    SectionReader section = SectionReader.open(path, new BatchFile.Identity(name, 0, 0), part);
    return new RecordReader(section, new BatchDecoder(loader), name, slice.records());
  }
}
