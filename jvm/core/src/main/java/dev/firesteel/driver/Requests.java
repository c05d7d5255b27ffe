package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.LineageUpdate.ClosureFile;
import dev.firesteel.lineage.LineageUpdate.LevelChange;
import dev.firesteel.lineage.LineageUpdate.Release;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.ShuffleDependency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the driver tells the engine of its lineage: the new nodes behind a target with their
 * closures and broadcasts, changed storage levels, and checkpoints.
 *
 * <p>What a request carried counts as known when it has been answered. When it was refused, or
 * nobody waits for its answer, the next one carries it again: the engine ignores what it has. The
 * lock is held while a request is put together, never while a job runs. Thread-safe.
 */
final class Requests {
  private final Closures closures;

  private final Object lock = new Object();

  /** Guarded by lock. */
  private final Compiler compiler;

  /** Nodes whose level the engine may not have been told. Guarded by lock. */
  private final Set<DriverNode> changed = Collections.newSetFromMap(new WeakHashMap<>());

  /** Checkpoints that the engine has not been told of. Guarded by lock. */
  private List<Node.Saved> cuts = new ArrayList<>();

  Requests(Compiler compiler, Closures closures) {
    this.compiler = requireNonNull(compiler, "compiler is null");
    this.closures = requireNonNull(closures, "closures is null");
  }

  /**
   * One request, and what the engine knows when it has been answered.
   *
   * @param target the engine's id of the node that it is for
   * @param levels the nodes of whose levels it tells
   */
  record Request(
      NodeId target, LineageUpdate update, List<Entry> entries, List<DriverNode> levels) {}

  /** Puts together what the engine has to know to compute a node. */
  Request about(DriverNode target) {
    target.partitions(); // lists files, which is not for the time of the lock
    synchronized (lock) {
      List<Entry> entries = compiler.compile(target);
      Entry entry = compiler.entry(target);
      requireUsable(entry);
      List<Levels.Change> levels = Levels.changes(target, entries, changed);
      List<DriverNode> nodes = levels.stream().map(Levels.Change::node).toList();
      LineageUpdate update = update(entries, levels.stream().map(Levels.Change::wire).toList());
      return new Request((NodeId) entry.id, update, entries, nodes);
    }
  }

  /** Guarded by lock. */
  private LineageUpdate update(List<Entry> entries, List<LevelChange> levels) {
    List<Node> nodes = new ArrayList<>();
    List<ShuffleDependency> shuffles = new ArrayList<>();
    List<ClosureFile> files = new ArrayList<>();
    for (Entry entry : entries) {
      Object definition = entry.definition();
      if (definition instanceof Node node) {
        nodes.add(node);
      } else if (definition instanceof ShuffleDependency shuffle) {
        shuffles.add(shuffle);
      } else {
        files.add((ClosureFile) definition);
      }
    }
    List<Node.Saved> written = cuts;
    cuts = new ArrayList<>();
    return new LineageUpdate(
        nodes,
        shuffles,
        files,
        closures.broadcastFiles(files),
        levels,
        Release.NONE,
        List.of(),
        written,
        Language.JAVA);
  }

  /** The engine has what a request carried. */
  void answered(Request request) {
    synchronized (lock) {
      request.entries().forEach(Entry::acknowledge);
      closures.acknowledge(request.update().broadcasts());
    }
  }

  /** The engine may not have what a request carried: the next one carries it again. */
  void notTaken(Request request) {
    synchronized (lock) {
      for (DriverNode node : request.levels()) {
        if (node.entry != null) {
          node.entry.levelDoubtful = true;
          changed.add(node);
        }
      }
      cuts.addAll(0, request.update().cuts());
    }
  }

  /** Returns the entry of a node that the engine has from elsewhere. */
  Entry entry(DriverNode node) {
    synchronized (lock) {
      return compiler.entry(node);
    }
  }

  /** Refuses functions that use a broadcast which has been destroyed since they were sent. */
  private void requireUsable(Entry target) {
    if (!closures.anyDestroyed()) {
      return;
    }
    Set<Entry> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Entry> stack = new ArrayDeque<>(List.of(target));
    while (!stack.isEmpty()) {
      Entry entry = stack.pop();
      if (seen.add(entry)) {
        if (entry.keep() instanceof Closures.Used used) {
          closures.requireUsable(used);
        }
        entry.needs().forEach(stack::push);
      }
    }
  }

  /**
   * Notes a node's new level, for the next request.
   *
   * @return what the engine is to be told at once, as it has blocks of the node to drop; or null
   */
  @Nullable LevelChange level(DriverNode node, @Nullable StorageLevel level) {
    synchronized (lock) {
      node.level(level);
      Entry entry = node.entry;
      if (entry == null || (!entry.levelDoubtful && Objects.equals(entry.level, level))) {
        return null;
      }
      if (level != null || !entry.known()) {
        changed.add(node);
        return null;
      }
      entry.level = null;
      changed.remove(node);
      return new LevelChange((NodeId) entry.id, null);
    }
  }

  /** A checkpoint has been written: the node comes from there from now on. */
  void cut(DriverNode node, Saved saved) {
    synchronized (lock) {
      NodeId id = (NodeId) entry(node).id;
      cuts.add(new Node.Saved(id, node.site(), saved.directory(), saved.parts()));
      node.cut(saved);
    }
  }
}
