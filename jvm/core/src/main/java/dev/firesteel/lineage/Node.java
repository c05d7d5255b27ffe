package dev.firesteel.lineage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.input.Split;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An RDD as the engine knows it: where its partitions come from. Narrow operations next to one
 * another are one {@link Pipeline}. Nodes refer to one another by id; {@link Lineage} holds them.
 */
public sealed interface Node {

  /** Returns the identity. */
  NodeId id();

  /** Returns where in the user's program the RDD was made, such as {@code "map at app.py:12"}. */
  String site();

  /**
   * Returns the nodes whose partitions it is computed from in the same task, from left to right.
   */
  List<NodeId> parents();

  /** Returns the shuffles that it reads. */
  default List<ShuffleId> shuffles() {
    return List.of();
  }

  /** Returns whether tasks of a language read it without a crossing, whoever's driver made it. */
  default boolean isReadBy(Language language) {
    return false;
  }

  /** Calls the method of the visitor that belongs to this node. */
  <T> T accept(Visitor<T> visitor);

  /** One method for each kind of node. */
  interface Visitor<T> {
    /** Visits {@link Input}. */
    T visit(Input node);

    /** Visits {@link Slices}. */
    T visit(Slices node);

    /** Visits {@link Range}. */
    T visit(Range node);

    /** Visits {@link Empty}. */
    T visit(Empty node);

    /** Visits {@link Pipeline}. */
    T visit(Pipeline node);

    /** Visits {@link Union}. */
    T visit(Union node);

    /** Visits {@link Aligned}. */
    T visit(Aligned node);

    /** Visits {@link Coalesced}. */
    T visit(Coalesced node);

    /** Visits {@link Zipped}. */
    T visit(Zipped node);

    /** Visits {@link Product}. */
    T visit(Product node);

    /** Visits {@link Shuffled}. */
    T visit(Shuffled node);

    /** Visits {@link Saved}. */
    T visit(Saved node);

    /** Visits {@link Crossing}. */
    T visit(Crossing node);
  }

  /**
   * Partitions that a checkpoint has written; nothing comes before them.
   *
   * @param directory where the files are; one in the application's own directory goes with the node
   */
  record Saved(NodeId id, String site, String directory, List<SavedPart> parts) implements Node {
    public Saved {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(directory, "directory is null");
      parts = List.copyOf(parts);
    }

    @Override
    public List<NodeId> parents() {
      return List.of();
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Data from outside, a partition for each split.
   *
   * @param format the name of the {@link dev.firesteel.input.InputFormat} that reads them
   * @param options what the format is told of the whole input
   * @param readers the languages that have the format
   */
  record Input(
      NodeId id,
      String site,
      String format,
      Map<String, String> options,
      List<Split> splits,
      Set<Language> readers)
      implements Node {
    public Input {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(format, "format is null");
      options = Map.copyOf(options);
      splits = List.copyOf(splits);
      readers = Set.copyOf(readers);
      if (readers.isEmpty()) {
        throw new IllegalArgumentException(
            id + " is of the format " + format + ", which nobody reads");
      }
    }

    @Override
    public List<NodeId> parents() {
      return List.of();
    }

    @Override
    public boolean isReadBy(Language language) {
      return readers.contains(language);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Slices of a file of batches that the driver wrote.
   *
   * @param path the file, absolute
   */
  record Slices(NodeId id, String site, String path, List<Slice> slices) implements Node {
    public Slices {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(path, "path is null");
      slices = List.copyOf(slices);
    }

    @Override
    public List<NodeId> parents() {
      return List.of();
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * One partition of {@link Slices}: bytes, the records in them, and the number of their first
   * batch.
   */
  record Slice(long from, long to, long records, long firstBatch) {}

  /**
   * Consecutive numbers, cut as evenly as possible.
   *
   * @param start the first, a decimal string: Python's integers have no limit
   * @param step the difference, a decimal string
   */
  record Range(NodeId id, String site, String start, String step, long count, int partitions)
      implements Node {
    public Range {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(start, "start is null");
      requireNonNull(step, "step is null");
      if (partitions < 0 || count < 0) {
        throw new IllegalArgumentException(
            "a range of " + count + " numbers in " + partitions + " partitions");
      }
    }

    @Override
    public List<NodeId> parents() {
      return List.of();
    }

    @Override
    public boolean isReadBy(Language language) {
      return true;
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** Nothing, in no partition. */
  record Empty(NodeId id, String site) implements Node {
    public Empty {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
    }

    @Override
    public List<NodeId> parents() {
      return List.of();
    }

    @Override
    public boolean isReadBy(Language language) {
      return true;
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Each partition of the parent through the functions of a closure.
   *
   * @param barrier whether the tasks that run it are launched together, to meet one another
   * @param language the language of the functions, and of the parent
   */
  record Pipeline(
      NodeId id, String site, NodeId parent, ClosureId closure, boolean barrier, Language language)
      implements Node {

    /** A pipeline of Python functions. */
    public Pipeline(NodeId id, String site, NodeId parent, ClosureId closure, boolean barrier) {
      this(id, site, parent, closure, barrier, Language.PYTHON);
    }

    /** A pipeline of Python functions whose tasks know nothing of one another. */
    public Pipeline(NodeId id, String site, NodeId parent, ClosureId closure) {
      this(id, site, parent, closure, false);
    }

    public Pipeline {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(parent, "parent is null");
      requireNonNull(closure, "closure is null");
      requireNonNull(language, "language is null");
    }

    @Override
    public List<NodeId> parents() {
      return List.of(parent);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The records of the parent in the form of another language.
   *
   * @param to the form that they get
   */
  record Crossing(NodeId id, String site, NodeId parent, Language to) implements Node {
    public Crossing {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(parent, "parent is null");
      requireNonNull(to, "to is null");
    }

    @Override
    public List<NodeId> parents() {
      return List.of(parent);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** The partitions of all parents, one parent after another. */
  record Union(NodeId id, String site, List<NodeId> parents) implements Node {
    public Union {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      parents = List.copyOf(parents);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** Partition i is partition i of every parent, one after another. */
  record Aligned(NodeId id, String site, List<NodeId> parents) implements Node {
    public Aligned {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      parents = List.copyOf(parents);
      if (parents.isEmpty()) {
        throw new IllegalArgumentException(id + " aligns no parents");
      }
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The parent's partitions in fewer ones: neighbours one after another, as evenly as possible.
   *
   * @param partitions how many are wanted; there are never more than the parent has
   */
  record Coalesced(NodeId id, String site, NodeId parent, int partitions) implements Node {
    public Coalesced {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(parent, "parent is null");
      if (partitions < 1) {
        throw new IllegalArgumentException(id + " is coalesced to " + partitions + " partitions");
      }
    }

    @Override
    public List<NodeId> parents() {
      return List.of(parent);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** Pairs of the records that stand at the same place in both parents. */
  record Zipped(NodeId id, String site, NodeId left, NodeId right) implements Node {
    public Zipped {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
    }

    @Override
    public List<NodeId> parents() {
      return List.of(left, right);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * All pairs of a left and a right record. Partition {@code i * R + j} has those of the left
   * parent's partition i and the right one's partition j, of R.
   */
  record Product(NodeId id, String site, NodeId left, NodeId right) implements Node {
    public Product {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(left, "left is null");
      requireNonNull(right, "right is null");
    }

    @Override
    public List<NodeId> parents() {
      return List.of(left, right);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }

  /** What comes out of a shuffle. */
  record Shuffled(NodeId id, String site, ShuffleId shuffle, ReadMode how) implements Node {
    public Shuffled {
      requireNonNull(id, "id is null");
      requireNonNull(site, "site is null");
      requireNonNull(shuffle, "shuffle is null");
      requireNonNull(how, "how is null");
    }

    @Override
    public List<NodeId> parents() {
      return List.of();
    }

    @Override
    public List<ShuffleId> shuffles() {
      ShuffleId bounds = how.bounds();
      return bounds == null ? List.of(shuffle) : List.of(shuffle, bounds);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.visit(this);
    }
  }
}
