package dev.firesteel.interpreter.external;

import dev.firesteel.memory.HeapMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Workspaces for tests. */
public final class Spaces {
  private Spaces() {}

  /** A workspace alone in so much memory. */
  public static Workspace of(long memory, Path scratch) {
    HeapMemory heap = new HeapMemory(memory, 0.5, 1, () -> false);
    return new Workspace(heap.begin(), scratch, Spaces.class.getClassLoader(), 1, () -> {});
  }

  /** All that an iterator gives. */
  public static List<Object> all(Iterator<?> records) {
    List<Object> all = new ArrayList<>();
    records.forEachRemaining(all::add);
    return all;
  }
}
