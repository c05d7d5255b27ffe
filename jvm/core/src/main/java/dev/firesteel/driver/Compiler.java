package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.interpreter.Closure;
import dev.firesteel.interpreter.Step;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.LineageUpdate.ClosureFile;
import dev.firesteel.lineage.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes entries of nodes. Narrow steps of one language next to one another become one pipeline with
 * one closure; persisted nodes, checkpoints and shuffles cut the chain. An entry is sent until a
 * request that carried it has been answered, so that jobs of several threads never refer to
 * something that the engine has not heard of; the engine ignores what it has.
 *
 * <p>Guarded by the session's lock. Nothing here recurses: lineage may be deeper than the stack.
 */
final class Compiler {
  private final Supplier<NodeId> nodeIds;
  private final ClosureWriter writer;
  private final Releases releases;

  /** Writes the file of a closure. */
  @FunctionalInterface
  interface ClosureWriter {
    /** A file, and what must live as long as it: the broadcasts that its functions use. */
    record Written(ClosureFile file, Object keep) {}

    /** Serializes and writes it. */
    Written write(DriverClosure closure);
  }

  Compiler(Supplier<NodeId> nodeIds, ClosureWriter writer, Releases releases) {
    this.nodeIds = requireNonNull(nodeIds, "nodeIds is null");
    this.writer = requireNonNull(writer, "writer is null");
    this.releases = requireNonNull(releases, "releases is null");
  }

  /** Returns the entry of a node, which {@link #compile} has made. */
  Entry entry(DriverNode node) {
    Entry entry = node.entry;
    if (entry == null) {
      throw new IllegalStateException(node.site() + " is referred to before it is compiled");
    }
    return entry;
  }

  /** Returns the entry of a shuffle whose parent is compiled. */
  Entry shuffle(DriverShuffle shuffle) {
    Entry entry = shuffle.entry;
    if (entry == null) {
      entry = watched(shuffle.define(this));
      shuffle.entry = entry;
    }
    return entry;
  }

  /** Returns the id of a closure, and adds its entry to what somebody needs. */
  ClosureId closure(DriverClosure closure, List<Entry> needs) {
    Entry entry = closure.entry;
    if (entry == null) {
      ClosureWriter.Written written = writer.write(closure);
      entry = watched(new Entry(written.file().id(), written.file(), List.of(), written.keep()));
      closure.entry = entry;
    }
    needs.add(entry);
    return (ClosureId) entry.id;
  }

  /**
   * Gives the target and all below it an entry.
   *
   * @return the entries that the engine may not have, each after those that it refers to
   */
  List<Entry> compile(DriverNode target) {
    Deque<Visit> stack = new ArrayDeque<>();
    stack.push(new Visit(target, false));
    Set<DriverNode> done = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!stack.isEmpty()) {
      Visit visit = stack.pop();
      DriverNode node = visit.node();
      if (done.contains(node)) {
        continue;
      }
      DriverNode base = base(node);
      if (visit.expanded()) {
        done.add(node);
        make(node, base);
      } else if (isCurrent(node, base)) {
        done.add(node);
      } else {
        stack.push(new Visit(node, true));
        List<DriverNode> below = node instanceof StepNode ? List.of(base) : node.parents();
        reversed(below).forEach(parent -> stack.push(new Visit(parent, false)));
        node.shuffles().forEach(shuffle -> stack.push(new Visit(shuffle.parent(), false)));
      }
    }
    return unknown(entry(target));
  }

  private record Visit(DriverNode node, boolean expanded) {}

  private void make(DriverNode node, DriverNode base) {
    if (!(node instanceof StepNode)) {
      DriverNode.Definition made = node.define(this);
      node.entry = watched(new Entry(node.id(), made.node(), made.needs(), made.keep()));
      return;
    }
    List<Object> steps = new ArrayList<>();
    for (DriverNode current = node; current != base; current = current.parents().get(0)) {
      steps.add(((StepNode) current).step());
    }
    Collections.reverse(steps);
    Language language = node.language();
    List<Entry> needs = new ArrayList<>();
    Entry parent = entry(base);
    needs.add(parent);
    ClosureId closure =
        closure(new DriverClosure(payload(steps, language), language, node.site()), needs);
    // A step below has been persisted since it was sent: what is sent now is another node.
    NodeId id = node.entry == null ? node.id() : nodeIds.get();
    Node pipeline =
        new Node.Pipeline(id, node.site(), (NodeId) parent.id, closure, false, language);
    Entry entry = watched(new Entry(id, pipeline, needs, null));
    entry.base = base;
    node.entry = entry;
  }

  private static Object payload(List<Object> steps, Language language) {
    return language == Language.JAVA
        ? new Closure(steps.stream().map(Step.class::cast).toList())
        : List.copyOf(steps);
  }

  private Entry watched(Entry entry) {
    releases.watch(entry, entry.id);
    return entry;
  }

  /** Where the chain of steps that ends in a node begins: the nearest cut below it. */
  private static DriverNode base(DriverNode node) {
    if (!(node instanceof StepNode) || node.saved != null) {
      return node;
    }
    DriverNode current = node.parents().get(0);
    while (current instanceof StepNode
        && current.language() == node.language()
        && current.level() == null
        && current.saved == null) {
      current = current.parents().get(0);
    }
    return current;
  }

  /** Whether a node's entry still fits: a step below it may have been persisted since. */
  private static boolean isCurrent(DriverNode node, DriverNode base) {
    Entry entry = node.entry;
    if (node.saved != null) {
      return true;
    }
    return entry != null && (entry.base == null || entry.base == base || node.level() != null);
  }

  /** The entries at and below the target that no answered request carried, needs first. */
  private static List<Entry> unknown(Entry target) {
    List<Entry> order = new ArrayList<>();
    Set<Entry> seen = new HashSet<>();
    Deque<Object> stack = new ArrayDeque<>();
    stack.push(target);
    while (!stack.isEmpty()) {
      Object next = stack.pop();
      if (next instanceof Expanded expanded) {
        order.add(expanded.entry());
      } else if (next instanceof Entry entry && !entry.known() && seen.add(entry)) {
        stack.push(new Expanded(entry));
        reversed(entry.needs()).forEach(stack::push);
      }
    }
    return order;
  }

  private record Expanded(Entry entry) {}

  /** What is to be taken from a stack in order. */
  private static <T> List<T> reversed(List<T> items) {
    List<T> reversed = new ArrayList<>(items);
    Collections.reverse(reversed);
    return reversed;
  }
}
