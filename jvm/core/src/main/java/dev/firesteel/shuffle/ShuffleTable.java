package dev.firesteel.shuffle;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ShuffleId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A shuffle's table file as a reducer in Java reads it: where the sections of its partition are.
 * The format is {@link TableFile}'s.
 */
public final class ShuffleTable {
  private static final int HEAD = 16;
  private static final int ROW = 12;
  private static final int ENTRY = 24;
  private static final int MAGIC = 0x31545346; // FST1

  private ShuffleTable() {}

  /**
   * What one map task wrote for a partition.
   *
   * @param map the number of the map task
   * @param attempt the task attempt that wrote it
   * @param path the map output
   * @param section the number of the section in it
   * @param offset where it begins
   * @param length its bytes
   * @param records its records
   */
  public record Section(
      int map, long attempt, Path path, int section, long offset, long length, long records) {
    public Section {
      requireNonNull(path, "path is null");
    }
  }

  /**
   * Reads where the sections of a partition are: those that are not empty, in the order of the map
   * tasks.
   *
   * @throws DamagedTableException if it is not there, or not what was written
   * @throws IOException if it can't be read
   */
  public static List<Section> sections(Path file, ShuffleId shuffle, int partition)
      throws IOException, DamagedTableException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = read(channel, 0, HEAD);
      if (head.limit() < HEAD || head.getInt(0) != MAGIC) {
        throw new DamagedTableException(shuffle, "is no shuffle table");
      }
      int maps = head.getInt(4);
      int partitions = head.getInt(8);
      long matrix = HEAD + (long) ROW * maps + head.getInt(12) + 4;
      long stride = (long) ENTRY * maps + 4;
      if (maps < 0
          || partitions < 0
          || matrix < HEAD
          || channel.size() != matrix + stride * partitions) {
        throw new DamagedTableException(
            shuffle, "has " + channel.size() + " bytes, which its head does not explain");
      }
      if (partition < 0 || partition >= partitions) {
        throw new DamagedTableException(
            shuffle, "has " + partitions + " partitions, not a number " + partition);
      }
      ByteBuffer front = checked(channel, shuffle, 0, matrix);
      ByteBuffer row = checked(channel, shuffle, matrix + stride * partition, stride);
      return sections(shuffle, partition, maps, front, row);
    } catch (NoSuchFileException e) {
      throw new DamagedTableException(shuffle, "is not there: " + file);
    }
  }

  private static List<Section> sections(
      ShuffleId shuffle, int partition, int maps, ByteBuffer front, ByteBuffer row)
      throws DamagedTableException {
    List<Section> sections = new ArrayList<>();
    int path = HEAD + ROW * maps;
    for (int map = 0; map < maps; map++) {
      long attempt = front.getLong(HEAD + ROW * map);
      int width = front.getInt(HEAD + ROW * map + 8);
      byte[] text = new byte[width];
      front.get(path, text);
      path += width;
      long offset = row.getLong(ENTRY * map);
      long length = row.getLong(ENTRY * map + 8);
      long records = row.getLong(ENTRY * map + 16);
      if (length > 0) {
        sections.add(
            new Section(
                map,
                attempt,
                Path.of(new String(text, StandardCharsets.UTF_8)),
                partition,
                offset,
                length,
                records));
      } else if (records > 0) {
        throw new DamagedTableException(
            shuffle, "says that map task " + map + " wrote " + records + " records in no bytes");
      }
    }
    return sections;
  }

  private static ByteBuffer checked(
      FileChannel channel, ShuffleId shuffle, long offset, long length)
      throws IOException, DamagedTableException {
    ByteBuffer bytes = read(channel, offset, Math.toIntExact(length));
    int summed = bytes.limit() - 4;
    CRC32C sum = new CRC32C();
    if (summed >= 0) {
      sum.update(bytes.slice(0, summed));
    }
    if (bytes.limit() < length || (int) sum.getValue() != bytes.getInt(summed)) {
      throw new DamagedTableException(shuffle, "is damaged in the part at " + offset);
    }
    return bytes;
  }

  private static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
    return bytes.flip();
  }
}
