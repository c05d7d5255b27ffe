package dev.firesteel.application;

import static java.util.Objects.requireNonNull;

import dev.firesteel.engine.Engine;
import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.NodeView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The RDDs that drivers of an application have published, by name. A name keeps its node, so that
 * the driver that published it may drop its own object, or end. Thread-safe.
 */
public final class Names {
  /** Holds nodes for names, where others have a driver's number. */
  private static final int HOLDER = -1;

  private final Engine engine;

  /** Guarded by this. */
  private final Map<String, Published> published = new TreeMap<>();

  private record Published(int driver, NodeId node) {}

  Names(Engine engine) {
    this.engine = requireNonNull(engine, "engine is null");
  }

  /**
   * Gives a node a name, in place of the one that had it before.
   *
   * @param driver who publishes it
   * @param node one that the engine has been told of
   * @throws LineageException if the engine does not know the node
   */
  public synchronized void publish(int driver, String name, NodeId node)
      throws InterruptedException {
    requireName(name);
    if (engine.hold(HOLDER, node).isEmpty()) {
      throw new LineageException(node + " is not known, and can't be published");
    }
    letGo(published.put(name, new Published(driver, node)));
  }

  /**
   * Finds what was published under a name, and holds it for a driver.
   *
   * @return what the driver must know of it
   * @throws IllegalArgumentException if there is no such name; the message lists those there are
   */
  public synchronized NodeView lookup(int driver, String name) throws InterruptedException {
    Published entry = published.get(requireName(name));
    if (entry == null) {
      throw unknown(name);
    }
    return engine
        .hold(driver, entry.node())
        .orElseThrow(() -> new IllegalStateException(entry.node() + " has gone from " + name));
  }

  /**
   * Takes a name away. What was looked up by it stays as long as somebody refers to it.
   *
   * @throws IllegalArgumentException if there is no such name
   */
  public synchronized void unpublish(String name) throws InterruptedException {
    Published entry = published.remove(requireName(name));
    if (entry == null) {
      throw unknown(name);
    }
    letGo(entry);
  }

  /** Takes the names away that a driver has published. */
  public synchronized void removeOf(int driver) throws InterruptedException {
    for (Map.Entry<String, Published> entry : List.copyOf(published.entrySet())) {
      if (entry.getValue().driver() == driver) {
        unpublish(entry.getKey());
      }
    }
  }

  private void letGo(@Nullable Published entry) throws InterruptedException {
    if (entry != null) {
      engine.update(
          new LineageUpdate(
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              LineageUpdate.Release.of(new LineageUpdate.Held(HOLDER, entry.node()))));
    }
  }

  private IllegalArgumentException unknown(String name) {
    String all =
        published.isEmpty()
            ? "Nothing is published."
            : published.keySet().stream()
                .map(each -> "\"" + each + "\"")
                .collect(Collectors.joining(", ", "Published: ", "."));
    return new IllegalArgumentException("no RDD is published as \"%s\". %s".formatted(name, all));
  }

  private static String requireName(String name) {
    if (requireNonNull(name, "name is null").isBlank()) {
      throw new IllegalArgumentException("the name of a published RDD can't be blank");
    }
    return name;
  }
}
