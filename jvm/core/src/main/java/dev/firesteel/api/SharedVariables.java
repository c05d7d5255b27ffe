package dev.firesteel.api;

import dev.firesteel.interpreter.ClosureFile;
import dev.firesteel.types.FiresteelException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The accumulators of a context, and what tasks have added to them. Thread-safe. */
final class SharedVariables {
  private final ClassLoader loader;
  private final Map<Long, Accumulator<?, ?>> accumulators = new ConcurrentHashMap<>();

  SharedVariables(ClassLoader loader) {
    this.loader = loader;
  }

  void register(Accumulator<?, ?> accumulator) {
    accumulators.put(accumulator.id(), accumulator);
  }

  /** Merges the updates of a job, in the order of its stages and partitions. */
  void merge(List<byte[]> updates) {
    for (byte[] update : updates) {
      try {
        for (Object each : ClosureFile.deserialize(update, List.class, loader)) {
          Accumulator<?, ?> added = (Accumulator<?, ?>) each;
          Accumulator<?, ?> registered = accumulators.get(added.id());
          if (registered == null) {
            throw new IllegalStateException("accumulator " + added.id() + " is not registered");
          }
          Accumulator<Object, Object> known = Unchecked.cast(registered);
          synchronized (known) {
            known.merge(Unchecked.cast(added));
          }
        }
      } catch (IOException | ClassNotFoundException e) {
        throw new FiresteelException("What tasks added to accumulators can't be read: " + e, e);
      }
    }
  }
}
