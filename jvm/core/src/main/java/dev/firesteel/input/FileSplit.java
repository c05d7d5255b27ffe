package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A byte range of a file, as listed; tasks refuse to read the file if it has changed since.
 *
 * @param path the absolute path
 * @param uri the name that the user sees, such as {@code file:/data/a.txt}
 * @param start the first byte
 * @param length how many bytes
 * @param size the size of the whole file when listed
 * @param modifiedNanos its modification time when listed, nanoseconds since the epoch
 * @param codec {@code "gzip"}, {@code "bzip2"}, {@code "deflate"}, {@code "zstd"}, or null for
 *     plain bytes
 */
public record FileSplit(
    String path,
    String uri,
    long start,
    long length,
    long size,
    long modifiedNanos,
    @Nullable String codec) {
  public FileSplit {
    requireNonNull(path, "path is null");
    requireNonNull(uri, "uri is null");
  }

  /** Returns another byte range of the same file. */
  FileSplit range(long from, long bytes) {
    return new FileSplit(path, uri, from, bytes, size, modifiedNanos, codec);
  }

  /**
   * Encodes partitions of files. A split is an array of {@code [path, uri, start, length, size,
   * modification time in ns, codec]}.
   */
  public static List<Split> encode(List<List<FileSplit>> partitions) {
    List<Split> splits = new ArrayList<>(partitions.size());
    for (List<FileSplit> files : partitions) {
      splits.add(new Split(Msgpack.pack(files.stream().map(FileSplit::row).toList())));
    }
    return splits;
  }

  private List<@Nullable Object> row() {
    return Arrays.asList(path, uri, start, length, size, modifiedNanos, codec);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ProtocolException if it is something else
   */
  public static List<FileSplit> decode(Split split) {
    List<FileSplit> files = new ArrayList<>();
    for (Object row : Fields.asList(Msgpack.unpack(split.bytes()), "split")) {
      List<?> file = Fields.asList(row, "split");
      if (file.size() != 7) {
        throw new ProtocolException("A file of a split has " + file.size() + " fields, not 7");
      }
      files.add(
          new FileSplit(
              Fields.asString(file.get(0), "split.path"),
              Fields.asString(file.get(1), "split.uri"),
              Fields.asLong(file.get(2), "split.start"),
              Fields.asLong(file.get(3), "split.length"),
              Fields.asLong(file.get(4), "split.size"),
              Fields.asLong(file.get(5), "split.modified"),
              file.get(6) == null ? null : Fields.asString(file.get(6), "split.codec")));
    }
    return files;
  }
}
