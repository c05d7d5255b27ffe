package dev.firesteel.records;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writing one of the engine's own files failed, for example because the disk is full. */
public final class DiskException extends TaskFault {
  private static final long serialVersionUID = 1L;

  /**
   * What failed.
   *
   * @param path the file that was being written
   * @param wanted how many bytes could not be written; 0 if it could not be made or named
   */
  public DiskException(Path path, long wanted, IOException cause) {
    super(describe(path, wanted, cause), requireNonNull(cause, "cause is null"));
  }

  private static String describe(Path path, long wanted, IOException cause) {
    Path directory = path.toAbsolutePath().getParent();
    String much = wanted > 0 ? "writing " + wanted + " bytes" : "writing";
    String text =
        cause.getMessage() + ": " + much + " to " + path.getFileName() + " in " + directory;
    text += " failed";
    String reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (directory == null || !(reason.contains("no space") || reason.contains("quota"))) {
      return text;
    }
    try {
      long free = Files.getFileStore(directory).getUsableSpace();
      return text
          + (", where "
              + free
              + " bytes are free. Free some, or set spark.local.dir to directories")
          + " with more room.";
    } catch (IOException e) {
      return text; // the directory itself is gone, and then nothing more can be said of it
    }
  }
}
