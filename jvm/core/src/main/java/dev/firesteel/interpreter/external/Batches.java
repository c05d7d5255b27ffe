package dev.firesteel.interpreter.external;

import dev.firesteel.storage.BatchFile;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records that come a batch at a time. */
public interface Batches {

  /** No records. */
  Batches NONE = () -> null;

  /** The records of the next batch, or null when there are no more. */
  Object @Nullable [] next();

  /** The records of all batches. */
  static Iterator<Object> records(Batches batches) {
    return new Iterator<>() {
      private Object[] batch = {};
      private int at;
      private boolean ended;

      @Override
      public boolean hasNext() {
        while (at == batch.length && !ended) {
          Object[] more = batches.next();
          ended = more == null;
          batch = more == null ? new Object[0] : more;
          at = 0;
        }
        return at < batch.length;
      }

      @Override
      public Object next() {
        if (!hasNext()) {
          throw new NoSuchElementException("all records have been given");
        }
        return batch[at++];
      }
    };
  }

  /** The records of a segment of a spill file. */
  static Batches spilled(BatchFile.Reader reader, Workspace workspace) {
    return () -> {
      workspace.check();
      try {
        Optional<BatchFile.Batch> batch = reader.next();
        return batch.isEmpty() ? null : workspace.decoder().decode(batch.get());
      } catch (IOException e) {
        throw SpillFile.damaged(e);
      }
    };
  }
}
