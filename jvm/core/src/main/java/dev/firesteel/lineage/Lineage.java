package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The registry of all lineage that drivers have sent and not released. Owned by the scheduler's
 * thread. What a driver releases stays as long as other lineage or a running job refers to it, so
 * the order in which a driver's collector drops things does not matter.
 *
 * <p>Lineage may be thousands of nodes deep: nothing here recurses.
 */
public final class Lineage implements KnownLineage {
  private final Map<NodeId, Entry> nodes = new HashMap<>();
  private final Map<ShuffleId, ShuffleDependency> shuffles = new HashMap<>();
  private final Map<ClosureId, List<BroadcastId>> closures = new HashMap<>();
  private final Set<BroadcastId> broadcasts = new HashSet<>();
  private final Map<NodeId, StorageLevel> levels = new HashMap<>();
  private final References references = new References();
  private final Holders holders = new Holders();

  /**
   * A node, and what was found out about it.
   *
   * @param drivers those that made it and all that it comes from
   */
  record Entry(
      Node node, int partitions, List<Object> parents, Language language, Set<Integer> drivers) {}

  /** A file of the driver's, as a thing that nodes refer to. */
  record InputPath(String path) {}

  /**
   * Finds what of an update is new, and whether all of it fits what there is. Changes nothing.
   *
   * @throws LineageException if it refers to something unknown, or cannot be
   */
  public LineageAdditions fit(LineageUpdate update) {
    LineageAdditions additions = new LineageAdditions(this);
    for (ShuffleDependency shuffle : update.shuffles()) {
      if (!shuffles.containsKey(shuffle.id())) {
        additions.shuffles.putIfAbsent(shuffle.id(), shuffle);
      }
    }
    for (Node node : update.nodes()) {
      if (!additions.contains(node.id())) {
        additions.nodes.put(node.id(), entry(node, update.language(), additions));
      }
    }
    additions.shuffles.values().forEach(shuffle -> additions.partitions(shuffle.parent()));
    update.cleaned().forEach(additions::shuffle);
    for (Node.Saved cut : update.cuts()) {
      if (additions.contains(cut.id())) {
        checkCut(cut, additions.partitions(cut.id()));
      }
    }
    return additions;
  }

  /** Adds what fits. */
  public void add(LineageAdditions additions) {
    additions.shuffles.values().forEach(this::addShuffle);
    additions.nodes.forEach(this::put);
  }

  private void addShuffle(ShuffleDependency shuffle) {
    if (shuffles.putIfAbsent(shuffle.id(), shuffle) == null) {
      Parents.of(shuffle).forEach(references::hold);
    }
  }

  private static Entry entry(Node node, Language driver, KnownLineage known) {
    int partitions = node.accept(new PartitionCount(known));
    List<Object> parents = node.accept(Parents.INSTANCE);
    Language language = node.accept(new LanguageOf(known, driver));
    return new Entry(node, partitions, parents, language, drivers(node, parents, known));
  }

  private void put(NodeId id, Entry entry) {
    nodes.put(id, entry);
    entry.parents().forEach(references::hold);
  }

  private static void checkCut(Node.Saved saved, int partitions) {
    if (partitions != saved.parts().size()) {
      throw new LineageException(
          "%s has %d partitions, and its checkpoint %d"
              .formatted(saved.id(), partitions, saved.parts().size()));
    }
  }

  /** Adds a closure and the broadcasts that it captures. */
  public void addClosure(ClosureId id, List<BroadcastId> broadcasts) {
    requireNonNull(id, "id is null");
    if (closures.putIfAbsent(id, List.copyOf(broadcasts)) == null) {
      broadcasts.forEach(references::hold);
    }
  }

  /** Adds a broadcast, which its driver keeps until it says otherwise, or ends. */
  public void addBroadcast(BroadcastId id) {
    broadcasts.add(requireNonNull(id, "id is null"));
  }

  /**
   * A checkpoint has written a node: it comes from there now, and from nothing else. Without effect
   * if the node has gone.
   *
   * @throws LineageException if the checkpoint has another number of partitions
   */
  public Removed cut(Node.Saved saved) {
    Entry before = nodes.get(saved.id());
    if (before == null) {
      return Removed.nothingYet();
    }
    checkCut(saved, before.partitions());
    List<Object> parents = saved.accept(Parents.INSTANCE);
    parents.forEach(references::hold);
    nodes.put(
        saved.id(),
        new Entry(saved, before.partitions(), parents, before.language(), before.drivers()));
    Deque<Object> free = new ArrayDeque<>();
    before.parents().forEach(part -> dropOne(part, free));
    return removeAll(free);
  }

  private static Set<Integer> drivers(Node node, List<Object> parents, KnownLineage known) {
    Set<Integer> all = Set.of(node.id().driver());
    for (Object parent : parents) {
      Set<Integer> more = Set.of();
      if (parent instanceof NodeId id) {
        more = known.drivers(id);
      } else if (parent instanceof ShuffleId id) {
        more = known.drivers(known.shuffle(id).parent());
      }
      if (!all.containsAll(more)) {
        Set<Integer> both = new TreeSet<>(all);
        both.addAll(more);
        all = Collections.unmodifiableSet(both);
      }
    }
    return all;
  }

  private void dropOne(Object thing, Deque<Object> free) {
    if (references.drop(thing)) {
      free.add(thing);
    }
  }

  /** Returns a node; it must be known. */
  public Node node(NodeId id) {
    return entry(id).node();
  }

  /** Returns how many partitions a node has. */
  @Override
  public int partitions(NodeId id) {
    return entry(id).partitions();
  }

  /** Returns the language whose form a node's records have. */
  @Override
  public Language language(NodeId id) {
    return entry(id).language();
  }

  /** Returns the drivers that made a node and all that it comes from, in the order of numbers. */
  @Override
  public Set<Integer> drivers(NodeId id) {
    return entry(id).drivers();
  }

  /** Returns the drivers that made what there is, or what it comes from. */
  public Set<Integer> drivers() {
    Set<Integer> all = new HashSet<>();
    nodes.values().forEach(entry -> all.addAll(entry.drivers()));
    return all;
  }

  /** Returns the drivers' files and directories that nodes read. */
  public Set<String> paths() {
    Set<String> paths = new HashSet<>();
    for (Entry entry : nodes.values()) {
      for (Object parent : entry.parents()) {
        if (parent instanceof InputPath input) {
          paths.add(input.path());
        }
      }
    }
    return paths;
  }

  /** Returns whether a node is known. */
  public boolean contains(NodeId id) {
    return nodes.containsKey(id);
  }

  /** Returns a shuffle; it must be known. */
  @Override
  public ShuffleDependency shuffle(ShuffleId id) {
    ShuffleDependency shuffle = shuffles.get(requireNonNull(id, "id is null"));
    if (shuffle == null) {
      throw new LineageException(id + " is not known: never sent, or released too early");
    }
    return shuffle;
  }

  /** Returns how many map tasks a shuffle has. */
  public int maps(ShuffleId id) {
    return partitions(shuffle(id).parent());
  }

  /** Returns the broadcasts that a closure captures. */
  public List<BroadcastId> broadcasts(ClosureId id) {
    List<BroadcastId> broadcasts = closures.get(requireNonNull(id, "id is null"));
    if (broadcasts == null) {
      throw new LineageException(id + " is not known: never sent, or released too early");
    }
    return broadcasts;
  }

  /** Returns the storage level of a persisted node, or null. */
  public @Nullable StorageLevel level(NodeId id) {
    return levels.get(id);
  }

  /** Returns the storage levels of all persisted nodes; a view. */
  public Map<NodeId, StorageLevel> levels() {
    return levels;
  }

  /** Sets or, with null, clears the storage level of a node; without effect if it has gone. */
  public void setLevel(NodeId id, @Nullable StorageLevel level) {
    if (level == null) {
      levels.remove(id);
    } else if (nodes.containsKey(id)) {
      levels.put(id, level);
    }
  }

  /** Keeps a node, and so all that it comes from, until {@link #drop}. */
  public void hold(NodeId id) {
    entry(id);
    references.hold(id);
  }

  /** Ends a {@link #hold}. */
  public Removed drop(NodeId id) {
    Deque<Object> free = new ArrayDeque<>();
    if (references.drop(id)) {
      free.add(id);
    }
    return removeAll(free);
  }

  /**
   * Keeps a node for a name, or for a driver that did not make it, until that lets go or ends.
   *
   * @param holder a driver's number, or a negative one for something else
   * @throws LineageException if the node is not known
   */
  public NodeView hold(int holder, NodeId id) {
    Entry entry = entry(id);
    references.hold(id);
    holders.add(holder, id);
    return new NodeView(
        id, entry.language(), entry.partitions(), entry.node().site(), levels.get(id));
  }

  /** A driver has ended: releases all that it made, and lets go of what it held. */
  public Removed end(int driver) {
    Deque<Object> free = new ArrayDeque<>();
    for (Object thing : madeBy(driver)) {
      releaseOne(thing, free);
    }
    holders.end(driver).forEach(id -> dropOne(id, free));
    return removeAll(free);
  }

  private List<Object> madeBy(int driver) {
    List<Object> made = new ArrayList<>();
    for (Entry entry : nodes.values()) {
      if (entry.node().id().driver() == driver) {
        made.add(entry.node().id());
        entry.parents().stream().filter(InputPath.class::isInstance).forEach(made::add);
      }
    }
    shuffles.keySet().stream().filter(id -> id.driver() == driver).forEach(made::add);
    closures.keySet().stream().filter(id -> id.driver() == driver).forEach(made::add);
    broadcasts.stream().filter(id -> id.driver() == driver).forEach(made::add);
    return made;
  }

  /** The driver no longer refers to these. */
  public Removed release(LineageUpdate.Release release) {
    Deque<Object> free = new ArrayDeque<>();
    release.nodes().forEach(id -> releaseOne(id, free));
    release.shuffles().forEach(id -> releaseOne(id, free));
    release.closures().forEach(id -> releaseOne(id, free));
    release.broadcasts().forEach(id -> releaseOne(id, free));
    release.inputs().forEach(path -> releaseOne(new InputPath(path), free));
    for (LineageUpdate.Held held : release.held()) {
      if (holders.remove(held.holder(), held.node())) {
        dropOne(held.node(), free);
      }
    }
    return removeAll(free);
  }

  /** Returns how many nodes there are. */
  public int nodeCount() {
    return nodes.size();
  }

  /** Returns how many shuffles there are. */
  public int shuffleCount() {
    return shuffles.size();
  }

  private void releaseOne(Object thing, Deque<Object> free) {
    if (references.release(thing)) {
      free.add(thing);
    }
  }

  private Removed removeAll(Deque<Object> free) {
    Removed removed = Removed.nothingYet();
    while (!free.isEmpty()) {
      Object thing = free.poll();
      for (Object part : remove(thing, removed)) {
        if (references.drop(part)) {
          free.add(part);
        }
      }
    }
    return removed;
  }

  /** Removes one thing and returns what it referred to. */
  private List<Object> remove(Object thing, Removed removed) {
    if (thing instanceof NodeId id) {
      Entry entry = nodes.remove(id);
      if (entry == null) {
        return List.of();
      }
      levels.remove(id);
      removed.nodes().add(id);
      if (entry.node() instanceof Node.Slices) {
        removed.inputs().add(id);
      }
      return entry.parents();
    }
    if (thing instanceof ShuffleId id) {
      ShuffleDependency shuffle = shuffles.remove(id);
      if (shuffle == null) {
        return List.of();
      }
      removed.shuffles().add(id);
      return Parents.of(shuffle);
    }
    if (thing instanceof ClosureId id) {
      List<BroadcastId> broadcasts = closures.remove(id);
      if (broadcasts == null) {
        return List.of();
      }
      removed.closures().add(id);
      return List.copyOf(broadcasts);
    }
    if (thing instanceof BroadcastId id) {
      broadcasts.remove(id);
      removed.broadcasts().add(id);
      return List.of();
    }
    removed.paths().add(((InputPath) thing).path());
    return List.of();
  }

  private Entry entry(NodeId id) {
    Entry entry = nodes.get(requireNonNull(id, "id is null"));
    if (entry == null) {
      throw new LineageException(id + " is not known: never sent, or released too early");
    }
    return entry;
  }
}
