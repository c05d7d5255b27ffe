package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.interpreter.ClosureFile;
import dev.firesteel.records.DamagedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The values of broadcasts in Java: each is deserialized once, by the first task that wants it, and
 * shared by all until the driver releases it. Thread-safe.
 */
final class JavaBroadcasts {
  private final Map<BroadcastId, Shared> values = new ConcurrentHashMap<>();

  /** A value that is read when it is wanted; guarded by itself. */
  private static final class Shared {
    private @Nullable Object value;

    synchronized Object get(BroadcastId id, Path path, ClassLoader loader)
        throws IOException, ClassNotFoundException {
      Object known = value;
      if (known == null) {
        known = ClosureFile.deserialize(read(id, path), Object.class, loader);
        value = known;
      }
      return known;
    }

    private static byte[] read(BroadcastId id, Path path) {
      try {
        return ClosureFile.read(path, id.name());
      } catch (IOException e) {
        String what = "The value of broadcast %d can't be read: %s".formatted(id.number(), e);
        throw new DamagedException(id.name(), what, e);
      }
    }
  }

  /**
   * Returns a value.
   *
   * @param path the driver's file
   * @throws DamagedException if the file can't be read, or is damaged; the next who asks tries
   *     again
   * @throws IOException if the value can't be deserialized
   */
  Object value(BroadcastId id, Path path, ClassLoader loader)
      throws IOException, ClassNotFoundException {
    requireNonNull(path, "path is null");
    return values.computeIfAbsent(id, i -> new Shared()).get(id, path, loader);
  }

  /** The driver has released something. */
  void released(BlockId id) {
    if (id instanceof BlockId.Broadcast broadcast) {
      values.remove(broadcast.broadcast());
    }
  }

  /** How many values are held. */
  int size() {
    return values.size();
  }
}
