package dev.firesteel.interpreter;

import dev.firesteel.plan.Sink;
import dev.firesteel.records.DiskException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A part file of saved text: written in a directory of the attempt's own, and renamed into place
 * when it is complete. Closing it without a {@link #commit} removes what was written.
 */
final class TextFile implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final Path directory;
  private final Path temporary;
  private final Path path;
  private final OutputStream out;

  TextFile(Sink.SaveText sink, long attempt) {
    String name = String.format(Locale.ROOT, "part-%05d", sink.partition());
    String suffix = suffix(sink.codec());
    name += suffix;
    this.directory = Path.of(sink.directory(), "_temporary", Long.toString(attempt));
    this.temporary = directory.resolve(name);
    this.path = Path.of(sink.directory(), name);
    try {
      Files.createDirectories(directory);
      OutputStream file = Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW);
      this.out = new BufferedOutputStream(compressing(file, suffix), BUFFER);
    } catch (IOException e) {
      throw new DiskException(temporary, 0, e);
    }
  }

  private static String suffix(@Nullable String codec) {
    String name = codec == null ? "" : codec.toLowerCase(Locale.ROOT);
    if (name.isEmpty() || name.equals("deflate")) {
      return name.isEmpty() ? "" : ".deflate";
    }
    if (name.contains("gz")) {
      return ".gz";
    }
    if (name.equals("bzip2") || name.equals("zstd")) {
      throw new IllegalArgumentException(
          "functions in Java save text plain, or with gzip or deflate; %s is for functions in Python"
              .formatted(name));
    }
    throw new IllegalArgumentException("text can be saved plain or with gzip, not with " + codec);
  }

  private static OutputStream compressing(OutputStream file, String suffix) throws IOException {
    return switch (suffix) {
      case ".gz" -> new GZIPOutputStream(file, BUFFER);
      case ".deflate" -> new DeflaterOutputStream(file, new Deflater(), BUFFER);
      default -> file;
    };
  }

  /** Writes a line. */
  void write(@Nullable Object record) {
    byte[] line =
        record instanceof byte[] bytes
            ? bytes
            : String.valueOf(record).getBytes(StandardCharsets.UTF_8);
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new DiskException(temporary, line.length + 1L, e);
    }
  }

  /** It is complete, and gets its name. */
  TaskOutput.File commit(long records) {
    try {
      out.close();
      long size = Files.size(temporary);
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      return new TaskOutput.File(path, size, records);
    } catch (IOException e) {
      throw new DiskException(temporary, 0, e);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(temporary); // first: closing may fail again on a full disk
      Files.deleteIfExists(directory);
      out.close();
    } catch (IOException e) {
      throw new DiskException(temporary, 0, e);
    }
  }
}
