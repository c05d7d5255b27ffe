package dev.firesteel.driver;

import dev.firesteel.lineage.SavedPart;
import dev.firesteel.util.Fields;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The list of a saved RDD's files: which hold its partitions, and what must be found in them. It is
 * written last, so a directory that has one is complete. docs/worker-protocol.md has the layout;
 * the Python driver reads and writes the same.
 */
final class SavedList {
  /** The name of the list in its directory. */
  static final String NAME = "_partitions";

  private static final int MAGIC = 0x31435346; // FSC1
  private static final int HEAD = 8;

  private SavedList() {}

  /** Writes the list of files that are in a directory. */
  static void write(Path directory, List<SavedPart> parts) throws IOException {
    List<Object> rows = new ArrayList<>();
    for (SavedPart part : parts) {
      rows.add(
          List.of(
              Path.of(part.path()).getFileName().toString(),
              part.name(),
              part.bytes(),
              part.records(),
              part.attempt()));
    }
    byte[] data = Msgpack.pack(rows);
    ByteBuffer file = ByteBuffer.allocate(HEAD + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(MAGIC).putInt(checksum(data)).put(data).flip();
    Path path = directory.resolve(NAME);
    Path partial = directory.resolve(NAME + ".tmp");
    try (FileChannel out =
        FileChannel.open(
            partial,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileTrees.privateFile())) {
      while (file.hasRemaining()) {
        out.write(file);
      }
    }
    Files.move(partial, path);
  }

  /**
   * Reads a list.
   *
   * @throws IOException if there is none, or it is damaged
   */
  static List<SavedPart> read(Path directory) throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(directory.resolve(NAME))).order(ByteOrder.LITTLE_ENDIAN);
    byte[] data = new byte[Math.max(0, file.remaining() - HEAD)];
    if (file.remaining() < HEAD || file.getInt() != MAGIC || file.getInt() != sum(file, data)) {
      throw new IOException("the list " + directory.resolve(NAME) + " is damaged");
    }
    List<SavedPart> parts = new ArrayList<>();
    try {
      for (Object row : Fields.asList(Msgpack.unpack(data), "list")) {
        List<?> part = Fields.asList(row, "part");
        parts.add(
            new SavedPart(
                directory.resolve(Fields.asString(part.get(0), "part")).toString(),
                Fields.asString(part.get(1), "part"),
                Fields.asLong(part.get(2), "part"),
                Fields.asLong(part.get(3), "part"),
                Fields.asLong(part.get(4), "part")));
      }
    } catch (ProtocolException | IndexOutOfBoundsException e) {
      throw new IOException("the list " + directory.resolve(NAME) + " can't be understood", e);
    }
    return parts;
  }

  private static int sum(ByteBuffer file, byte[] data) {
    file.get(data);
    return checksum(data);
  }

  private static int checksum(byte[] data) {
    CRC32C sum = new CRC32C();
    sum.update(data);
    return (int) sum.getValue();
  }
}
