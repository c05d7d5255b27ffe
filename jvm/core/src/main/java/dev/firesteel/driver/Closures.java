package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.crossing.PythonClosureFile;
import dev.firesteel.crossing.PythonStep;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.interpreter.ClosureFile;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.LineageUpdate.BroadcastFile;
import dev.firesteel.lineage.LineageUpdate.Release;
import dev.firesteel.types.FiresteelException;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serializes functions: checks them where the program hands them over, and writes the files of
 * closures and broadcasts. Thread-safe.
 */
public final class Closures implements Compiler.ClosureWriter {
  private final int driver;
  private final Path directory;
  private final AtomicLong numbers;

  /** The broadcasts there are, and whatever must live as long as a closure uses one. */
  private final Map<BroadcastId, Value> values = new ConcurrentHashMap<>();

  /** The broadcasts that the engine has been told of. */
  private final Set<BroadcastId> known = ConcurrentHashMap.newKeySet();

  /** The broadcasts that were destroyed, and that somebody still refers to. */
  private final Set<Object> destroyed =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private static final class Value {
    final Path path;
    final WeakReference<Object> keep;

    Value(Path path, Object keep) {
      this.path = path;
      this.keep = new WeakReference<>(keep);
    }
  }

  /** The broadcasts that the functions of a closure use, which live as long as it. */
  record Used(String site, Map<BroadcastId, Object> broadcasts) {
    Used {
      broadcasts = Map.copyOf(broadcasts);
    }
  }

  Closures(int driver, Path directory, AtomicLong numbers) {
    this.driver = driver;
    this.directory = requireNonNull(directory, "directory is null");
    this.numbers = requireNonNull(numbers, "numbers is null");
  }

  /**
   * Sees to it that a function can be sent to tasks.
   *
   * @param site the operation that was given it, and its place
   * @throws dev.firesteel.types.NotSerializableException if it can't; the message names the
   *     variable or field that is to blame
   */
  public void check(Object function, String site) {
    try {
      Serialization.tryOut(function);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw Unserializable.function(function, site, e);
    }
  }

  private static List<PythonStep> steps(DriverClosure closure) {
    return ((List<?>) closure.payload()).stream().map(PythonStep.class::cast).toList();
  }

  @Override
  public Written write(DriverClosure closure) {
    ClosureId id = new ClosureId(driver, numbers.getAndIncrement());
    Path path = directory.resolve(id.name());
    List<BroadcastId> used = List.of();
    try {
      if (closure.language() == Language.JAVA) {
        Serialization.Serialized serialized = serialize(closure);
        ClosureFile.write(path, id.name(), serialized.bytes());
        used = List.copyOf(serialized.broadcasts());
      } else {
        PythonClosureFile.write(path, id.name(), steps(closure));
      }
    } catch (IOException e) {
      throw new FiresteelException(
          "The functions of %s can't be written to %s: %s".formatted(closure.site(), path, e), e);
    }
    return new Written(
        new LineageUpdate.ClosureFile(id, path.toString(), used), keep(used, closure.site()));
  }

  private static Serialization.Serialized serialize(DriverClosure closure) {
    try {
      return Serialization.serialize(closure.payload());
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw Unserializable.function(closure.payload(), closure.site(), e);
    }
  }

  private Used keep(List<BroadcastId> used, String site) {
    Map<BroadcastId, Object> keep = new LinkedHashMap<>();
    for (BroadcastId id : used) {
      Value value = values.get(id);
      Object broadcast = value == null ? null : value.keep.get();
      if (broadcast == null) {
        throw destroyed(id, site);
      }
      keep.put(id, broadcast);
    }
    return new Used(site, keep);
  }

  private static FiresteelException destroyed(BroadcastId id, String site) {
    return JobErrors.ownFramesDropped(
        new FiresteelException(
            "A function of %s uses %s, which has been destroyed. Make it again, and the RDDs whose functions use it."
                .formatted(site, id),
            null));
  }

  /** Whether something that was destroyed may still be referred to. */
  boolean anyDestroyed() {
    return !destroyed.isEmpty();
  }

  /** Refuses what a closure uses if that has been destroyed since the closure was written. */
  void requireUsable(Used used) {
    used.broadcasts()
        .forEach(
            (id, broadcast) -> {
              if (destroyed.contains(broadcast)) {
                throw destroyed(id, used.site());
              }
            });
  }

  /**
   * Writes the file of a broadcast.
   *
   * @param broadcast what stands for it; closures that use it keep it alive
   */
  public void broadcast(BroadcastId id, Object value, Object broadcast, String site) {
    Path path = directory.resolve(id.name());
    try {
      ClosureFile.write(path, id.name(), Serialization.serialize(value).bytes());
    } catch (NotSerializableException | InvalidClassException e) {
      throw Unserializable.value("the value", value, site, e);
    } catch (IOException e) {
      throw new FiresteelException("The value of " + site + " can't be written: " + e, e);
    }
    values.put(id, new Value(path, broadcast));
  }

  /**
   * Removes the file of a broadcast; functions that use it can't be sent any more.
   *
   * @param broadcast what stands for it
   */
  void destroy(BroadcastId id, Object broadcast) {
    destroyed.add(broadcast);
    Value value = values.get(id);
    if (value != null) {
      try {
        Files.deleteIfExists(value.path);
      } catch (IOException e) {
        throw new FiresteelException(
            "The value of %s, %s, can't be removed: %s".formatted(id, value.path, e), e);
      }
    }
  }

  /**
   * Forgets broadcasts that nobody refers to any more. The engine knows nothing of those that no
   * job has used: of these it is told the files.
   */
  Release released(Release release) {
    List<BroadcastId> told = new ArrayList<>();
    List<String> paths = new ArrayList<>(release.inputs());
    for (BroadcastId id : release.broadcasts()) {
      Value value = values.remove(id);
      if (known.remove(id)) {
        told.add(id);
      } else if (value != null) {
        paths.add(value.path.toString());
      }
    }
    return new Release(
        release.nodes(),
        release.shuffles(),
        release.closures(),
        told,
        paths,
        release.files(),
        release.held());
  }

  /** The broadcasts that these closures use and that the engine has not been told of. */
  List<BroadcastFile> broadcastFiles(List<LineageUpdate.ClosureFile> files) {
    Map<BroadcastId, BroadcastFile> found = new LinkedHashMap<>();
    Set<BroadcastId> used = new LinkedHashSet<>();
    files.forEach(file -> used.addAll(file.broadcasts()));
    used.removeAll(known);
    for (BroadcastId id : used) {
      Value value = values.get(id);
      if (value != null) {
        found.put(id, new BroadcastFile(id, value.path.toString()));
      }
    }
    return List.copyOf(found.values());
  }

  /** The engine has been told of these. */
  void acknowledge(List<BroadcastFile> told) {
    told.forEach(file -> known.add(file.id()));
  }
}
