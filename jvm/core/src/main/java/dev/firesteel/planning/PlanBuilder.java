package dev.firesteel.planning;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.plan.TaskPlan;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Builds the plan of one task and collects what it names. Used once.
 *
 * <p>From the wanted partition it walks down to a leaf, keeping on the way what will wrap it
 * (pipelines and blocks to materialize); a node that reads several partitions is a {@link Frame} on
 * a stack, finished part by part. Nothing recurses: lineage may be thousands of nodes deep.
 */
@SuppressWarnings("NullAway") // it does not see that the visitor's type argument is nullable
final class PlanBuilder implements Node.Visitor<@Nullable Source> {
  private final Lineage lineage;
  private final NodeChoices choices;
  private final Set<ClosureId> closures = new HashSet<>(4);
  private final Set<BroadcastId> broadcasts = new HashSet<>(2);
  private final Set<BlockId> reads = new HashSet<>(4);
  private final Set<ShuffleId> shuffles = new HashSet<>(4);
  private final Set<Integer> drivers = new TreeSet<>();
  private final Map<BlockId.Rdd, StorageLevel> caches = new LinkedHashMap<>(2);

  private final Deque<Frame> frames = new ArrayDeque<>(2);
  private List<Wrapper> wrappers = new ArrayList<>(4);
  private @Nullable NodeId node;
  private int partition;
  private int crossings;
  private Language language = Language.PYTHON;
  private final Choosing choosing = new Choosing();

  PlanBuilder(Lineage lineage, NodeChoices choices) {
    this.lineage = lineage;
    this.choices = choices;
  }

  /** Does what the engine has chosen for the current node; null when the plan goes on. */
  private final class Choosing implements NodeChoices.Visitor<@Nullable Source> {
    @Override
    public @Nullable Source visit(NodeChoices.Compute choice) {
      return null;
    }

    @Override
    public Source visit(NodeChoices.Read choice) {
      reads.add(choice.block());
      return new Source.Block(choice.block(), choice.bytes(), choice.records(), choice.attempt());
    }

    @Override
    public @Nullable Source visit(NodeChoices.Materialize choice) {
      caches.put(choice.block(), choice.level());
      wrappers.add(source -> new Source.Cached(source, choice.block(), choice.level()));
      return null;
    }

    @Override
    public Source visit(NodeChoices.Cut choice) {
      if (node != null) {
        drivers.addAll(lineage.drivers(node));
      }
      return choice.source();
    }
  }

  /** What goes around a source that is not known yet. */
  @FunctionalInterface
  private interface Wrapper {
    Source around(Source source);
  }

  /** A partition of a parent. */
  private record Part(NodeId node, int partition) {}

  /** Makes one source of those of the parts. */
  @FunctionalInterface
  private interface Joining {
    Source join(List<Source> sources);
  }

  /** A node that reads several partitions, of which some have been planned. */
  private static final class Frame {
    final List<Part> parts;
    final Joining joining;
    final List<Wrapper> wrappers;
    final List<Source> sources = new ArrayList<>();
    int next;

    Frame(List<Part> parts, Joining joining, List<Wrapper> wrappers) {
      this.parts = parts;
      this.joining = joining;
      this.wrappers = wrappers;
    }
  }

  /** Returns the plan, with all that was named while it was built. */
  TaskPlan finish(Sink sink, @Nullable BlockId output) {
    return new TaskPlan(
        sink, closures, broadcasts, reads, shuffles, caches, output, language, drivers());
  }

  /** The drivers of what the plan names: their modules are in its functions and its records. */
  private Set<Integer> drivers() {
    closures.forEach(closure -> drivers.add(closure.driver()));
    shuffles.forEach(id -> drivers.addAll(lineage.drivers(lineage.shuffle(id).parent())));
    for (BlockId block : reads) {
      if (block instanceof BlockId.Rdd rdd) {
        drivers.addAll(lineage.drivers(rdd.node()));
      } else if (block instanceof BlockId.Input input) {
        drivers.add(input.node().driver());
      }
    }
    if (drivers.isEmpty() && node != null) {
      drivers.add(node.driver()); // it needs no modules, but may have the worker that others use
    }
    return drivers;
  }

  /** A closure that the sink names. */
  void name(ClosureId closure) {
    if (closures.add(closure)) {
      broadcasts.addAll(lineage.broadcasts(closure));
    }
  }

  /** A partitioner that the sink names. */
  void name(Partitioner partitioner) {
    ClosureId closure = partitioner.closure();
    if (closure != null) {
      name(closure);
    }
  }

  /** Plans a partition of a node. */
  Source source(NodeId target, int wanted) {
    node = target;
    partition = wanted;
    language = lineage.language(target);
    while (true) {
      Source source = wrap(descend(), wrappers);
      wrappers = new ArrayList<>(4);
      while (true) {
        Frame frame = frames.peek();
        if (frame == null) {
          return source;
        }
        frame.sources.add(source);
        if (frame.next < frame.parts.size()) {
          moveTo(frame.parts.get(frame.next++));
          break;
        }
        frames.pop();
        source = wrap(frame.joining.join(frame.sources), frame.wrappers);
      }
    }
  }

  /** Walks from the current node to a leaf. */
  private Source descend() {
    while (true) {
      NodeId id = node;
      if (id == null) {
        throw new IllegalStateException("there is no node to plan");
      }
      Source leaf = choices.choose(id, partition).accept(choosing);
      if (leaf == null) {
        leaf = lineage.node(id).accept(this);
      }
      if (leaf != null) {
        return leaf;
      }
    }
  }

  private static Source wrap(Source leaf, List<Wrapper> wrappers) {
    Source source = leaf;
    for (int i = wrappers.size() - 1; i >= 0; i--) {
      source = wrappers.get(i).around(source);
    }
    return source;
  }

  private void moveTo(Part part) {
    node = part.node();
    partition = part.partition();
  }

  /** Puts a frame on the stack, and moves to its first part. */
  private @Nullable Source descendInto(List<Part> parts, Joining joining) {
    Frame frame = new Frame(parts, joining, wrappers);
    frames.push(frame);
    wrappers = new ArrayList<>(4);
    moveTo(frame.parts.get(frame.next++));
    return null;
  }

  private static Source chain(List<Source> sources) {
    List<Source> flat = new ArrayList<>(sources.size());
    for (Source source : sources) {
      if (source instanceof Source.Chain chain) {
        flat.addAll(chain.sources());
      } else if (!(source instanceof Source.Empty)) {
        flat.add(source);
      }
    }
    return switch (flat.size()) {
      case 0 -> new Source.Empty();
      case 1 -> flat.get(0);
      default -> new Source.Chain(flat);
    };
  }

  // Each visit returns a leaf, or moves to a parent and returns null.

  @Override
  public Source visit(Node.Input input) {
    return new Source.Input(input.format(), input.options(), input.splits().get(partition));
  }

  @Override
  public Source visit(Node.Saved saved) {
    drivers.addAll(lineage.drivers(saved.id()));
    return new Source.Saved(saved.parts().get(partition));
  }

  @Override
  public Source visit(Node.Slices slices) {
    Node.Slice slice = slices.slices().get(partition);
    BlockId.Input block = new BlockId.Input(slices.id());
    reads.add(block);
    return new Source.FileSlice(
        block, slice.from(), slice.to(), slice.records(), slice.firstBatch());
  }

  @Override
  public Source visit(Node.Range range) {
    long from = cut(range, partition);
    long to = cut(range, partition + 1);
    BigInteger step = new BigInteger(range.step());
    BigInteger start = new BigInteger(range.start()).add(step.multiply(BigInteger.valueOf(from)));
    return new Source.Range(start.toString(), range.step(), to - from);
  }

  /** The index of the first number of a partition: as even as possible, as Spark cuts. */
  private static long cut(Node.Range range, int partition) {
    return BigInteger.valueOf(range.count())
        .multiply(BigInteger.valueOf(partition))
        .divide(BigInteger.valueOf(range.partitions()))
        .longValueExact();
  }

  @Override
  public Source visit(Node.Empty empty) {
    return new Source.Empty();
  }

  @Override
  public @Nullable Source visit(Node.Pipeline pipeline) {
    ClosureId closure = pipeline.closure();
    int own = partition;
    name(closure);
    wrappers.add(source -> new Source.Pipeline(source, closure, own));
    node = pipeline.parent();
    return null;
  }

  @Override
  public @Nullable Source visit(Node.Crossing crossing) {
    node = crossing.parent();
    Language from = lineage.language(crossing.parent());
    if (from != crossing.to() && !isReadAsItIs(crossing.parent(), crossing.to())) {
      int number = crossings++;
      wrappers.add(source -> new Source.Crossing(source, from, number));
    }
    return null;
  }

  /** Whether a language reads it without the other: what nobody has put in the form of one. */
  private boolean isReadAsItIs(NodeId id, Language reader) {
    return choices.choose(id, partition) == NodeChoices.Compute.INSTANCE
        && lineage.node(id).isReadBy(reader);
  }

  @Override
  public @Nullable Source visit(Node.Union union) {
    int rest = partition;
    for (NodeId parent : union.parents()) {
      int partitions = lineage.partitions(parent);
      if (rest < partitions) {
        node = parent;
        partition = rest;
        return null;
      }
      rest -= partitions;
    }
    throw new IndexOutOfBoundsException(union.id() + " has no partition " + partition);
  }

  @Override
  public @Nullable Source visit(Node.Aligned aligned) {
    int same = partition;
    return descendInto(
        aligned.parents().stream().map(parent -> new Part(parent, same)).toList(),
        PlanBuilder::chain);
  }

  @Override
  public @Nullable Source visit(Node.Coalesced coalesced) {
    NodeId parent = coalesced.parent();
    long all = lineage.partitions(parent);
    int groups = lineage.partitions(coalesced.id());
    List<Part> parts = new ArrayList<>();
    for (long from = partition * all / groups; from < (partition + 1) * all / groups; from++) {
      parts.add(new Part(parent, (int) from));
    }
    return descendInto(parts, PlanBuilder::chain);
  }

  @Override
  public @Nullable Source visit(Node.Zipped zipped) {
    return descendInto(
        List.of(new Part(zipped.left(), partition), new Part(zipped.right(), partition)),
        sources -> new Source.Zip(sources.get(0), sources.get(1)));
  }

  @Override
  public @Nullable Source visit(Node.Product product) {
    int rights = lineage.partitions(product.right());
    return descendInto(
        List.of(
            new Part(product.left(), partition / rights),
            new Part(product.right(), partition % rights)),
        sources -> new Source.Product(sources.get(0), sources.get(1)));
  }

  @Override
  public Source visit(Node.Shuffled shuffled) {
    ReadMode how = shuffled.how();
    ClosureId closure = how.closure();
    if (closure != null) {
      name(closure);
    }
    ShuffleId bounds = how.bounds();
    if (bounds != null) {
      read(bounds);
    }
    if (lineage.maps(shuffled.shuffle()) == 0) {
      return new Source.Empty();
    }
    read(shuffled.shuffle());
    // A sort's map output has two sections: the run, of which each reader takes a range, and the
    // samples.
    int section = how instanceof ReadMode.Samples ? 1 : partition;
    return new Source.ShuffleRead(shuffled.shuffle(), section, how);
  }

  private void read(ShuffleId shuffle) {
    shuffles.add(shuffle);
    reads.add(new BlockId.Shuffle(shuffle));
  }
}
