package dev.firesteel.interpreter;

import org.jspecify.annotations.Nullable;

/** An input is what it was when it was listed, and that is no intact archive. */
public final class DamagedArchiveException extends SourceException {
  private static final long serialVersionUID = 1L;

  /**
   * What is damaged.
   *
   * @param path the file
   * @param what what is wrong with it
   */
  public DamagedArchiveException(String path, String what, @Nullable Throwable cause) {
    super(path, "is no intact archive: " + what, cause);
  }
}
