package dev.firesteel.shuffle;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ShuffleId;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote which map output, and the table files by which workers find them.
 *
 * <p>Thread-safe. Registering and asking never do IO and may be called on the scheduler's thread;
 * {@link #table} writes a file and must not be. Files that are no longer needed are removed through
 * the executor that the constructor takes. Lock order: a shuffle's {@code writing}, then the
 * shuffle.
 */
public final class MapOutputTracker {
  private static final Log LOG = Log.of("shuffle");

  private final Path directory;
  private final Executor cleanup;
  private final Map<ShuffleId, Shuffle> shuffles = new ConcurrentHashMap<>();

  /**
   * A tracker without shuffles.
   *
   * @param directory where table files go; it is made when the first is written
   * @param cleanup runs the removal of files
   */
  public MapOutputTracker(Path directory, Executor cleanup) {
    this.directory = requireNonNull(directory, "directory is null");
    this.cleanup = requireNonNull(cleanup, "cleanup is null");
  }

  /** The outputs of one shuffle; guarded by itself, except the table, by {@code writing}. */
  private static final class Shuffle {
    final Object writing = new Object();
    final @Nullable MapOutput[] outputs;
    final int partitions;
    long version;
    long tableVersion = -1;
    @Nullable Path table;
    final List<Path> tables = new ArrayList<>();

    Shuffle(int maps, int partitions) {
      this.outputs = new MapOutput[maps];
      this.partitions = partitions;
    }
  }

  /** Announces a shuffle. Saying the same again has no effect. */
  public void registerShuffle(ShuffleId id, int maps, int partitions) {
    Shuffle known = shuffles.computeIfAbsent(id, ignored -> new Shuffle(maps, partitions));
    if (known.outputs.length != maps || known.partitions != partitions) {
      throw new IllegalStateException(
          "%s is known with %d map tasks and %d partitions, and was announced with %d and %d"
              .formatted(id.name(), known.outputs.length, known.partitions, maps, partitions));
    }
  }

  /**
   * Records a map output. A former output of the same map task is replaced and its file removed.
   */
  public void registerOutput(ShuffleId id, int map, MapOutput output) {
    Shuffle shuffle = shuffle(id);
    if (output.lengths().length != shuffle.partitions) {
      throw new IllegalArgumentException(
          "Map task %d of %s wrote %d sections instead of %d"
              .formatted(map, id.name(), output.lengths().length, shuffle.partitions));
    }
    MapOutput former;
    synchronized (shuffle) {
      former = shuffle.outputs[map];
      shuffle.outputs[map] = output;
      shuffle.version++;
    }
    if (former != null && !former.path().equals(output.path())) {
      remove(List.of(former.path()));
    }
  }

  /**
   * Forgets a map output, which is lost or damaged, and removes its file.
   *
   * @return what was forgotten
   */
  public Optional<MapOutput> unregisterOutput(ShuffleId id, int map) {
    Shuffle shuffle = shuffles.get(id);
    if (shuffle == null) {
      return Optional.empty();
    }
    MapOutput former;
    synchronized (shuffle) {
      former = shuffle.outputs[map];
      if (former == null) {
        return Optional.empty();
      }
      shuffle.outputs[map] = null;
      shuffle.version++;
    }
    remove(List.of(former.path()));
    return Optional.of(former);
  }

  /** One map output, when it is there. */
  public Optional<MapOutput> output(ShuffleId id, int map) {
    Shuffle shuffle = shuffles.get(id);
    if (shuffle == null) {
      return Optional.empty();
    }
    synchronized (shuffle) {
      return Optional.ofNullable(shuffle.outputs[map]);
    }
  }

  /** The map tasks whose output is not there, in order. */
  public List<Integer> missing(ShuffleId id) {
    Shuffle shuffle = shuffle(id);
    List<Integer> missing = new ArrayList<>();
    synchronized (shuffle) {
      for (int map = 0; map < shuffle.outputs.length; map++) {
        if (shuffle.outputs[map] == null) {
          missing.add(map);
        }
      }
    }
    return missing;
  }

  /** Whether the shuffle is announced. */
  public boolean contains(ShuffleId id) {
    return shuffles.containsKey(id);
  }

  /** Forgets a shuffle and removes its map outputs and tables. An unknown one has no effect. */
  public void unregisterShuffle(ShuffleId id) {
    Shuffle shuffle = shuffles.remove(id);
    if (shuffle == null) {
      return;
    }
    cleanup.execute(
        () -> {
          List<Path> files = new ArrayList<>();
          synchronized (shuffle.writing) {
            files.addAll(shuffle.tables);
            synchronized (shuffle) {
              for (MapOutput output : shuffle.outputs) {
                if (output != null) {
                  files.add(output.path());
                }
              }
            }
          }
          deleteAll(files);
        });
  }

  /**
   * The table file of a shuffle whose outputs are all there, written when it is not up to date.
   * Does IO.
   *
   * @throws MissingMapOutputException when an output is not there
   */
  public Path table(ShuffleId id) throws IOException, MissingMapOutputException {
    Shuffle shuffle = shuffle(id);
    synchronized (shuffle.writing) {
      List<MapOutput> outputs;
      long version;
      synchronized (shuffle) {
        outputs = Arrays.asList(shuffle.outputs.clone());
        version = shuffle.version;
      }
      for (int map = 0; map < outputs.size(); map++) {
        if (outputs.get(map) == null) {
          throw new MissingMapOutputException(id, map);
        }
      }
      Path current = shuffle.table;
      if (current != null && shuffle.tableVersion == version) {
        return current;
      }
      makeDirectory();
      Path file = directory.resolve(id.name() + ".table." + version);
      TableFile.write(file, outputs, shuffle.partitions);
      shuffle.tables.add(file);
      shuffle.table = file;
      shuffle.tableVersion = version;
      return file;
    }
  }

  /** The table file of a shuffle was found damaged: the next who asks for it gets a new one. */
  public void tableLost(ShuffleId id) {
    Shuffle shuffle = shuffles.get(id);
    if (shuffle != null) {
      synchronized (shuffle) {
        shuffle.version++;
      }
    }
  }

  private void makeDirectory() throws IOException {
    try {
      FileTrees.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      return; // by an earlier table
    }
  }

  private Shuffle shuffle(ShuffleId id) {
    Shuffle shuffle = shuffles.get(id);
    if (shuffle == null) {
      throw new IllegalStateException(id.name() + " is not known, or was released");
    }
    return shuffle;
  }

  private void remove(List<Path> files) {
    cleanup.execute(() -> deleteAll(files));
  }

  private static void deleteAll(List<Path> files) {
    for (Path file : files) {
      try {
        FileTrees.delete(file);
      } catch (IOException e) {
        LOG.warn("The shuffle file " + file + " can't be removed: " + e);
      }
    }
  }
}
