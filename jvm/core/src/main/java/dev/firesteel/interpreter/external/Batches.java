package dev.firesteel.interpreter.external;

import dev.firesteel.storage.BatchFile;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records that come a batch at a time. */
public interface Batches {

  /** No records. */
  Batches NONE = () -> null;

  /** The records of the next batch, or null when there are no more. */
  Object @Nullable [] next() throws IOException;

  /** The records of a section. */
  static Batches of(BatchFile.Reader reader, Workspace workspace) {
    return () -> {
      workspace.check();
      Optional<BatchFile.Batch> batch = reader.next();
      return batch.isEmpty() ? null : workspace.format().decode(batch.get());
    };
  }
}
