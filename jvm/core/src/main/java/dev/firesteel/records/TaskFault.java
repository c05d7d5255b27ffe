package dev.firesteel.records;

import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with what the engine keeps or reads, and not with a function of the
 * user's. It passes through functions of the user's as it is.
 */
public abstract class TaskFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected TaskFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
