package dev.firesteel.interpreter.external;

import dev.firesteel.memory.HeapMemory;
import dev.firesteel.storage.BatchFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** Workspaces for tests. */
public final class Spaces {
  private Spaces() {}

  /** Records by Java's serialization. */
  public static final Format SERIALIZED =
      new Format() {
        @Override
        public BatchFile.Batch encode(Object[] records, int from, int to) throws IOException {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(Arrays.copyOfRange(records, from, to, Object[].class));
          }
          return new BatchFile.Batch(16, 0, to - from, bytes.toByteArray());
        }

        @Override
        public Object[] decode(BatchFile.Batch batch) throws IOException {
          try (ObjectInputStream in =
              new ObjectInputStream(new ByteArrayInputStream(batch.payload()))) {
            return (Object[]) in.readObject();
          } catch (ClassNotFoundException e) {
            throw new IOException(e);
          }
        }
      };

  /** A workspace alone in so much memory. */
  public static Workspace of(long memory, Path scratch) {
    HeapMemory heap = new HeapMemory(memory, 0.5, 1, () -> false);
    return new Workspace(heap.begin(), scratch, SERIALIZED, 1, () -> {});
  }

  /** All that an iterator gives. */
  public static List<Object> all(Iterator<?> records) {
    List<Object> all = new ArrayList<>();
    records.forEachRemaining(all::add);
    return all;
  }
}
