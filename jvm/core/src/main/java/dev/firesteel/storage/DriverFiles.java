package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Where the files are that the driver wrote: closures, broadcasts and the inputs of {@code
 * parallelize}. Filled by the engine when a request arrives, read by executors when they resolve
 * the names of a plan. Thread-safe; knows paths only, deletes nothing.
 */
public final class DriverFiles {
  private final Map<BlockId, Path> paths = new ConcurrentHashMap<>();
  private volatile Consumer<BlockId> removed = id -> {};

  /** Who is told of files that are forgotten, from now on. Must be quick. */
  public void listen(Consumer<BlockId> listener) {
    removed = requireNonNull(listener, "listener is null");
  }

  /** Records where a file is. A second call for the same id replaces the first. */
  public void register(BlockId id, Path path) {
    requireNonNull(id, "id is null");
    requireNonNull(path, "path is null");
    paths.put(id, path);
  }

  /** Returns where a file is, or empty if the driver never sent it or has released it. */
  public Optional<Path> find(BlockId id) {
    requireNonNull(id, "id is null");
    return Optional.ofNullable(paths.get(id));
  }

  /** Returns the files that are known. */
  public Set<Path> all() {
    return Set.copyOf(paths.values());
  }

  /** Forgets a file and returns where it was. */
  public Optional<Path> remove(BlockId id) {
    requireNonNull(id, "id is null");
    Optional<Path> known = Optional.ofNullable(paths.remove(id));
    removed.accept(id);
    return known;
  }
}
