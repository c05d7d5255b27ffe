package dev.firesteel.interpreter;

import dev.firesteel.records.TaskFault;
import org.jspecify.annotations.Nullable;

/** An input is gone, was changed since the job was planned, or can't be read. */
public class SourceException extends TaskFault {
  private static final long serialVersionUID = 1L;

  /**
   * What is wrong.
   *
   * @param path the file
   * @param what what is wrong with it
   */
  public SourceException(String path, String what, @Nullable Throwable cause) {
    super(path + ": " + what, cause);
  }
}
