package dev.firesteel.interpreter;

import dev.firesteel.input.FileSplit;
import dev.firesteel.util.BulkInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Opens input files, which must be what they were when the job was planned: as bytes of a split, or
 * of an archive of one or more members.
 *
 * <p>What a split owns is the bytes from {@code edge(start)} to {@code edge(end)}, where {@code
 * edge(x)} is the end of the first line terminator that has a byte at or after {@code x}; so it
 * owns every line that begins at or before its end, as with Hadoop's line reader. The Python worker
 * has the same rule.
 */
final class TextInput {
  private static final int STEP = 1 << 16;

  /** The JVM may know times to the microsecond, or to the millisecond, only. */
  private static final long TICK_NANOS = 1_000_000;

  private TextInput() {}

  /** The bytes that belong to a split, whole lines; all bytes of an archive, decompressed. */
  static InputStream lines(FileSplit split) {
    if (split.codec() != null) {
      return whole(split);
    }
    return part(split, TextInput::edge);
  }

  /** The bytes that belong to a split, whole records; all bytes of an archive, decompressed. */
  static InputStream records(FileSplit split, byte[] delimiter) {
    return split.codec() != null
        ? whole(split)
        : part(split, (file, from) -> DelimitedRecords.edge(file, from, delimiter));
  }

  /** The bytes of a split, as they are. */
  static InputStream bytes(FileSplit split) {
    return part(split, (file, from) -> from);
  }

  /** All bytes of a file, decompressed, which must fit into an array. */
  static byte[] content(FileSplit file) {
    try (InputStream in = whole(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw unreadable(file, e);
    } catch (OutOfMemoryError e) {
      throw new SourceException(file.path(), "is too large to be one record", e);
    }
  }

  /** Finds the end of the first terminator that has a byte at or after a place. */
  private interface Edges {
    long edge(RandomAccessFile file, long from) throws IOException;
  }

  private static InputStream part(FileSplit split, Edges edges) {
    RandomAccessFile file = open(split);
    try {
      long start = split.start();
      long end = start + split.length();
      long at = start == 0 ? 0 : edges.edge(file, start);
      long stop = at <= end ? edges.edge(file, end) : at;
      file.seek(at);
      return new Part(file, split.path(), stop - at);
    } catch (IOException e) {
      throw closed(file, unreadable(split, e));
    }
  }

  /** All bytes of a file, decompressed. */
  static InputStream whole(FileSplit file) {
    RandomAccessFile opened = open(file);
    InputStream raw = new Part(opened, file.path(), file.size());
    String codec = file.codec();
    if (codec == null) {
      return raw;
    }
    return switch (codec) {
      case "gzip" -> new GzipStream(raw, file.path());
      case "bzip2" -> new Bzip2Stream(raw, file.path());
      case "deflate" -> new DeflateStream(raw, file.path());
      case "zstd" ->
          throw closed(
              raw,
              new SourceException(
                  file.path(),
                  "is of zstd, which functions in Java cannot read. Read it with Python, or unpack it first (unzstd)",
                  null));
      default ->
          throw closed(
              raw, new SourceException(file.path(), "has the unknown codec " + codec, null));
    };
  }

  private static RandomAccessFile open(FileSplit split) {
    RandomAccessFile file;
    try {
      file = new RandomAccessFile(split.path(), "r");
    } catch (IOException e) {
      throw new SourceException(split.path(), "cannot be opened: " + reason(split, e), e);
    }
    try {
      if (file.length() != split.size()) {
        throw new SourceException(
            split.path(),
            ("was changed since the job was planned: it had " + split.size())
                + (" bytes, now " + file.length()),
            null);
      }
      long modified = Files.getLastModifiedTime(Path.of(split.path())).to(TimeUnit.NANOSECONDS);
      if (split.modifiedNanos() != 0 && Math.abs(modified - split.modifiedNanos()) >= TICK_NANOS) {
        throw new SourceException(
            split.path(),
            "was changed since the job was planned: its modification time is another one",
            null);
      }
      return file;
    } catch (SourceException e) {
      throw closed(file, e);
    } catch (IOException e) {
      throw closed(file, unreadable(split, e));
    }
  }

  private static String reason(FileSplit split, IOException e) {
    return Files.exists(Path.of(split.path()))
        ? String.valueOf(e.getMessage())
        : "No such file or directory";
  }

  private static SourceException unreadable(FileSplit split, IOException e) {
    return new SourceException(split.path(), "cannot be read: " + e.getMessage(), e);
  }

  private static SourceException closed(Closeable file, SourceException failure) {
    try {
      file.close();
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
    return failure;
  }

  /** The end of the first line terminator with a byte at or after a place, or of the file. */
  private static long edge(RandomAccessFile file, long from) throws IOException {
    byte[] step = new byte[STEP];
    long at = from;
    file.seek(at);
    boolean returned = false;
    for (int found = file.read(step); found >= 0; found = file.read(step)) {
      for (int i = 0; i < found; i++) {
        if (returned) {
          return step[i] == '\n' ? at + i + 1 : at + i;
        }
        if (step[i] == '\n') {
          return at + i + 1;
        }
        returned = step[i] == '\r';
      }
      at += found;
    }
    return at;
  }

  /** So many bytes of a file, from where it stands; there must be as many. */
  private static final class Part extends BulkInputStream {
    private final RandomAccessFile file;
    private final String path;
    private long left;

    Part(RandomAccessFile file, String path, long length) {
      this.file = file;
      this.path = path;
      this.left = length;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int found = file.read(into, from, (int) Math.min(length, left));
      if (found < 0) {
        throw new SourceException(path, "became shorter while it was read", null);
      }
      left -= found;
      return found;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
