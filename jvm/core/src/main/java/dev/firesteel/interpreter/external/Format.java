package dev.firesteel.interpreter.external;

import dev.firesteel.storage.BatchFile;
import java.io.IOException;

/** How records become the payload of a batch, and back. A batch stands for itself. */
public interface Format {

  /** Encodes the records from one index up to another. */
  BatchFile.Batch encode(Object[] records, int from, int to) throws IOException;

  /** Decodes all records of a batch. */
  Object[] decode(BatchFile.Batch batch) throws IOException;
}
