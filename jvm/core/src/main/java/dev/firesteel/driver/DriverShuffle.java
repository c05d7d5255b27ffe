package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ShuffleDependency;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shuffle: what is shuffled, and how map tasks write it. */
public final class DriverShuffle {
  private final ShuffleId id;
  private final DriverNode parent;
  private final int partitions;
  private final Spreading spreading;
  private final @Nullable DriverClosure combine;
  private final String site;

  /** Guarded by the session's lock. */
  @Nullable Entry entry;

  /** How a map task finds the reduce partition of a record. */
  public sealed interface Spreading {
    /** By the hash of the key. */
    record Hash() implements Spreading {}

    /** By a function of the user's, in the closure. */
    record Custom(DriverClosure closure) implements Spreading {}

    /** Into one sorted run, with a sample. */
    record Sort(DriverClosure closure, boolean ascending) implements Spreading {}
  }

  /**
   * A shuffle.
   *
   * @param partitions how many reduce partitions
   * @param combine combines on the map side, or null
   */
  public DriverShuffle(
      ShuffleId id,
      DriverNode parent,
      int partitions,
      Spreading spreading,
      @Nullable DriverClosure combine,
      String site) {
    this.id = requireNonNull(id, "id is null");
    this.parent = requireNonNull(parent, "parent is null");
    this.partitions = partitions;
    this.spreading = requireNonNull(spreading, "spreading is null");
    this.combine = combine;
    this.site = requireNonNull(site, "site is null");
  }

  /** Returns its identity. */
  public ShuffleId id() {
    return id;
  }

  /** Returns what is shuffled. */
  public DriverNode parent() {
    return parent;
  }

  /** Returns how many reduce partitions there are. */
  public int partitions() {
    return partitions;
  }

  /** Makes its entry; the parent has one. */
  Entry define(Compiler compiler) {
    List<Entry> needs = new ArrayList<>();
    needs.add(compiler.entry(parent));
    Partitioner partitioner;
    if (spreading instanceof Spreading.Custom custom) {
      partitioner = new Partitioner.Custom(compiler.closure(custom.closure(), needs));
    } else if (spreading instanceof Spreading.Sort sort) {
      partitioner = new Partitioner.Sort(compiler.closure(sort.closure(), needs), sort.ascending());
    } else {
      partitioner = new Partitioner.Hash();
    }
    ClosureId combined = combine == null ? null : compiler.closure(combine, needs);
    NodeId from = (NodeId) compiler.entry(parent).id;
    return new Entry(
        id, new ShuffleDependency(id, from, partitions, partitioner, combined, site), needs, null);
  }
}
