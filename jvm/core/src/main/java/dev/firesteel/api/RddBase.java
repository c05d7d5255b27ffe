package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.driver.CallSite;
import dev.firesteel.driver.Checkpoints;
import dev.firesteel.driver.CombinedNode;
import dev.firesteel.driver.CrossingNode;
import dev.firesteel.driver.DebugString;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.driver.Session;
import dev.firesteel.driver.StepNode;
import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.interpreter.Step;
import dev.firesteel.lineage.Language;
import dev.firesteel.types.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of an RDD share: its context, its node of the lineage, and how its keys are
 * spread. Immutable, and so safe to share between threads.
 *
 * @param <T> the type of the records
 */
abstract class RddBase<T> {
  final FiresteelContext context;
  private final DriverNode node;
  final @Nullable Spread spread;

  /** The node that Java operations go on from, where this one's records are Python's. */
  private final AtomicReference<DriverNode> crossed = new AtomicReference<>();

  RddBase(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    this.context = requireNonNull(context, "context is null");
    this.node = requireNonNull(node, "node is null");
    this.spread = spread;
  }

  /** Returns the context that the RDD belongs to. */
  public FiresteelContext context() {
    return context;
  }

  /** Returns the number of the RDD, unique in its context. */
  public long id() {
    return node.id().number();
  }

  /**
   * Returns how many partitions there are. The first time this may list the files of {@code
   * textFile}.
   *
   * @throws InvalidInputException when an input is not there
   */
  public int getNumPartitions() {
    return node.partitions();
  }

  /** Returns the name that {@code setName} gave, if it did. */
  public Optional<String> name() {
    return Optional.ofNullable(node.name());
  }

  /** Returns whether the RDD has been marked for a checkpoint and written. */
  public boolean isCheckpointed() {
    return node.isCheckpointed();
  }

  /** Returns the directory of the RDD's checkpoint once it is written. */
  public Optional<String> getCheckpointFile() {
    return Optional.ofNullable(Checkpoints.directory(node));
  }

  /** Returns how the RDD is kept once it is computed; {@link StorageLevel#NONE} if it is not. */
  public StorageLevel getStorageLevel() {
    return StorageLevel.of(node.level());
  }

  /**
   * Returns what the RDD is computed from: a line for each RDD, indented where a shuffle lies
   * between.
   */
  public String toDebugString() {
    return DebugString.of(node);
  }

  /** Returns the operation and the line of the program that made the RDD. */
  @Override
  public String toString() {
    String name = node.name();
    return (name == null ? "" : name + " ") + "Rdd[" + id() + "] " + node.site();
  }

  /** The node whose records this RDD has. */
  final DriverNode node() {
    return node;
  }

  /** The language whose form the records have. */
  final Language language() {
    return node.language();
  }

  final Session session() {
    return context.session();
  }

  /** The node with the records as Java objects: over a Python function's, a crossing. */
  final DriverNode asJava() {
    if (node.language() == Language.JAVA) {
      return node;
    }
    DriverNode known = crossed.get();
    if (known != null) {
      return known;
    }
    DriverNode made = new CrossingNode(session().nextNode(), node.site(), node, Language.JAVA);
    return crossed.compareAndSet(null, made) ? made : requireNonNull(crossed.get());
  }

  /** Sees to it that the user's functions can be sent; returns where the operation was called. */
  final String checked(String operation, Object... functions) {
    String site = CallSite.of(operation);
    session().requireRunning(site);
    for (Object function : functions) {
      requireNonNull(function, "the function is null");
      session().closures().check(function, site);
    }
    return site;
  }

  /** A node with a step in Java on top of this one. */
  final DriverNode stepped(String operation, String site, PartitionFunction function) {
    return stepped(session(), asJava(), operation, site, function);
  }

  static DriverNode stepped(
      Session session,
      DriverNode parent,
      String operation,
      String site,
      PartitionFunction function) {
    return new StepNode(
        session.nextNode(), site, parent, Language.JAVA, new Step(operation, site, function));
  }

  /** A node over this RDD and another, whose partitions or records go together. */
  final DriverNode combined(CombinedNode.How how, String site, RddBase<?> other) {
    requireSameContext(other, site);
    return new CombinedNode(session().nextNode(), site, how, List.of(asJava(), other.asJava()));
  }

  final void requireSameContext(RddBase<?> other, String site) {
    if (other.context != context) {
      throw new IllegalArgumentException(
          site + ": the two RDDs belong to different contexts. Make both on one.");
    }
  }

  /** Runs an action on all partitions, and returns all that they give. */
  final List<Object> gathered(String operation, String site, PartitionFunction function) {
    DriverNode target = stepped(operation, site, function);
    List<Object> all = new ArrayList<>();
    for (Object[] partition : context.collect(target, null, site, null)) {
      all.addAll(Arrays.asList(partition));
    }
    return all;
  }
}
