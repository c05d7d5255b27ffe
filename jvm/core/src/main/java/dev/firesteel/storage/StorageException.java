package dev.firesteel.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The application's directories can't be made or trusted, or a block is damaged. The message says
 * which, why, and what to do.
 */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message) {
    super(message);
  }

  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
