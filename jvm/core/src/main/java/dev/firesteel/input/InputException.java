package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/** An input can't be listed. The message is for the user, in Hadoop's words where it has any. */
public final class InputException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Condition {
    /** There is no such file or directory. */
    PATH_NOT_FOUND,
    /** A pattern matches nothing. */
    NO_MATCH,
    /** The path is of a file system that is not supported yet. */
    SCHEME_NOT_YET,
    /**
     * It is there, and can't be read as text: a directory, a denied file, an unknown compression.
     */
    NOT_READABLE,
    /** Its size is no multiple of the length of its records. */
    NO_WHOLE_RECORDS
  }

  private final Condition condition;
  private final String path;

  public InputException(Condition condition, String message, String path) {
    super(message);
    this.condition = requireNonNull(condition, "condition is null");
    this.path = requireNonNull(path, "path is null");
  }

  public Condition condition() {
    return condition;
  }

  /** The path as the user gave it. */
  public String path() {
    return path;
  }
}
