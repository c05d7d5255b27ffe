package dev.firesteel.interpreter;

import dev.firesteel.records.LoadingObjectInputStream;
import dev.firesteel.util.FileTrees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The file of a closure in Java: {@code FSJ1}, the CRC32C of its name and of what follows
 * (little-endian), and one object by Java's serialization: a {@link Closure}, a {@link Combiner}, a
 * {@link Partitioning} or a {@link SortOrder}. Tasks deserialize it each for itself, so that what a
 * function has captured starts afresh.
 */
public final class ClosureFile {
  private static final byte[] MAGIC = {'F', 'S', 'J', '1'};
  private static final int HEAD = 8;

  private ClosureFile() {}

  /**
   * Serializes a closure.
   *
   * @throws java.io.NotSerializableException if it holds something that can't be sent
   */
  public static byte[] serialize(Serializable closure) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(closure);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes the file of a closure.
   *
   * @param path a file that does not exist yet
   * @param name the closure's name, such as {@code closure_1_7}
   * @param serialized what {@link #serialize} gave
   */
  public static void write(Path path, String name, byte[] serialized) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(HEAD + serialized.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(MAGIC).putInt(checksum(name, serialized, 0)).put(serialized).flip();
    try (FileChannel out =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            FileTrees.privateFile())) {
      while (file.hasRemaining()) {
        out.write(file);
      }
    }
  }

  /**
   * Reads a closure's file and verifies it. What it gives may be kept and deserialized again.
   *
   * @throws IOException if it can't be read, or is not what was written
   */
  public static byte[] read(Path path, String name) throws IOException {
    byte[] file = Files.readAllBytes(path);
    if (file.length < HEAD || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException(path + " is no file of a closure in Java");
    }
    int stated = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(MAGIC.length);
    if (stated != checksum(name, file, HEAD)) {
      throw new IOException(path + " is damaged, or is not the file of " + name);
    }
    return Arrays.copyOfRange(file, HEAD, file.length);
  }

  private static int checksum(String name, byte[] bytes, int from) {
    CRC32C sum = new CRC32C();
    sum.update(name.getBytes(StandardCharsets.UTF_8));
    sum.update(bytes, from, bytes.length - from);
    return (int) sum.getValue();
  }

  /**
   * Deserializes a closure.
   *
   * @param loader where the application's classes are found
   * @throws ClassNotFoundException if a class of it is not there
   * @throws IOException if it can't be deserialized, or is of another type
   */
  public static <T> T deserialize(byte[] serialized, Class<T> type, ClassLoader loader)
      throws IOException, ClassNotFoundException {
    try (ObjectInputStream in =
        new LoadingObjectInputStream(new ByteArrayInputStream(serialized), loader)) {
      Object found = in.readObject();
      if (!type.isInstance(found)) {
        String what = found == null ? "nothing" : found.getClass().getName();
        throw new InvalidClassException(
            "a closure that should be a " + type.getName() + " is " + what);
      }
      return type.cast(found);
    }
  }
}
