package dev.firesteel.shuffle;

import dev.firesteel.util.FileTrees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The format of a shuffle's table file, which tells reducers where their sections are.
 * Little-endian:
 *
 * <pre>
 *   "FST1", u32 M map outputs, u32 R reduce partitions, u32 L
 *   M × (u64 attempt, u32 length of the path)
 *   L bytes: the M paths, one after another, UTF-8
 *   u32 CRC32C of everything so far
 *   R × ( M × (u64 offset, u64 length, u64 records), u32 CRC32C of this row )
 * </pre>
 *
 * A reducer reads the part before the matrix and the one row that is its own.
 */
final class TableFile {
  private static final byte[] MAGIC = {'F', 'S', 'T', '1'};

  private TableFile() {}

  /** Writes a table so that it is there whole or not at all. */
  static void write(Path file, List<MapOutput> outputs, int partitions) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileTrees.privateFile())) {
      writeFully(channel, head(outputs, partitions));
      long[] offsets = new long[outputs.size()];
      ByteBuffer row = buffer(outputs.size() * 24 + 4);
      for (int partition = 0; partition < partitions; partition++) {
        row.clear();
        for (int map = 0; map < offsets.length; map++) {
          MapOutput output = outputs.get(map);
          long length = output.lengths()[partition];
          row.putLong(offsets[map]).putLong(length).putLong(output.records()[partition]);
          offsets[map] += length;
        }
        row.putInt(checksum(row)).flip();
        writeFully(channel, row);
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static ByteBuffer head(List<MapOutput> outputs, int partitions) {
    byte[][] paths = new byte[outputs.size()][];
    int pathBytes = 0;
    for (int map = 0; map < paths.length; map++) {
      paths[map] = outputs.get(map).path().toString().getBytes(StandardCharsets.UTF_8);
      pathBytes = Math.addExact(pathBytes, paths[map].length);
    }
    ByteBuffer head = buffer(16 + outputs.size() * 12 + pathBytes + 4);
    head.put(MAGIC).putInt(outputs.size()).putInt(partitions).putInt(pathBytes);
    for (int map = 0; map < paths.length; map++) {
      head.putLong(outputs.get(map).attempt()).putInt(paths[map].length);
    }
    for (byte[] path : paths) {
      head.put(path);
    }
    head.putInt(checksum(head)).flip();
    return head;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int checksum(ByteBuffer written) {
    CRC32C crc = new CRC32C();
    crc.update(written.array(), written.arrayOffset(), written.position());
    return (int) crc.getValue();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
