package dev.firesteel.input;

import dev.firesteel.input.InputException.Condition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells how a text file is compressed: by the end of its name, as Hadoop does, and where that says
 * nothing by its first bytes, so that no archive passes for text.
 */
final class Compression {
  private static final Map<String, String> CODECS =
      Map.of(".gz", "gzip", ".bz2", "bzip2", ".deflate", "deflate", ".zst", "zstd");

  /** Ends of names whose bytes must not pass for text, and that nothing here reads. */
  private static final List<String> UNREADABLE =
      List.of(".lz4", ".snappy", ".lzo", ".xz", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst");

  private static final int LONGEST = 8;

  /** What no text begins with: bytes that are no UTF-8, control characters, the mark of bzip2. */
  private static final Map<String, String> BEGINNINGS = new HashMap<>();

  static {
    BEGINNINGS.put("\37\213\b", "gzip");
    for (char level = '1'; level <= '9'; level++) {
      BEGINNINGS.put("BZh" + level + "1AY&", "bzip2");
      BEGINNINGS.put("BZh" + level + "\27rE8", "bzip2"); // of nothing
    }
    BEGINNINGS.put("(\265/\375", "zstd");
    BEGINNINGS.put("\3757zXZ\0", "an xz archive");
    BEGINNINGS.put("PK\3\4", "a zip archive");
    BEGINNINGS.put("7z\274\257'\34", "a 7z archive");
    BEGINNINGS.put("\4\"M\30", "an lz4 archive");
    BEGINNINGS.put("\377\6\0\0sNaP", "a snappy archive");
    BEGINNINGS.put("SEQ\6", "a Hadoop sequence file");
    BEGINNINGS.put("Obj\1", "an Avro file");
  }

  private Compression() {}

  /**
   * The codec of a text file, or null if it is plain.
   *
   * @param size its bytes; 0 also for what is no file, such as a pipe, which is not opened
   * @throws InputException when it is compressed in a way that cannot be read, or is no text
   */
  static @Nullable String of(Path file, long size, String path) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> codec : CODECS.entrySet()) {
      if (name.endsWith(codec.getKey())) {
        return codec.getValue();
      }
    }
    for (String suffix : UNREADABLE) {
      if (name.endsWith(suffix)) {
        throw new InputException(
            Condition.NOT_READABLE,
            "Files compressed as %s are not supported yet: file:%s. Supported are .gz, .bz2, .deflate and .zst; decompress it first."
                .formatted(suffix, file),
            path);
      }
    }
    String kind = size == 0 ? null : ofBeginning(file);
    if (kind != null && !CODECS.containsValue(kind)) {
      throw new InputException(
          Condition.NOT_READABLE,
          "file:%s is %s, by its first bytes, and cannot be read as text. Unpack it first, or read its bytes with binaryFiles."
              .formatted(file, kind),
          path);
    }
    return kind;
  }

  private static @Nullable String ofBeginning(Path file) throws IOException {
    byte[] first;
    try (InputStream in = Files.newInputStream(file)) {
      first = in.readNBytes(LONGEST);
    }
    for (int length = 3; length <= first.length; length++) {
      StringBuilder beginning = new StringBuilder();
      for (int i = 0; i < length; i++) {
        beginning.append((char) (first[i] & 0xff));
      }
      String kind = BEGINNINGS.get(beginning.toString());
      if (kind != null) {
        return kind;
      }
    }
    return null;
  }
}
