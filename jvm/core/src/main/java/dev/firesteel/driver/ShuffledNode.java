package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.ReadMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes out of a shuffle. */
public final class ShuffledNode extends DriverNode {
  private final How how;
  private List<DriverShuffle> shuffles;

  /** What a task does with the records as it reads them. */
  public sealed interface How {
    /** As they were written. */
    record Plain() implements How {}

    /** Combined by key. */
    record Combined(DriverClosure closure) implements How {}

    /** Grouped by key. */
    record Grouped() implements How {}

    /** The samples of a sort: one partition. */
    record Samples() implements How {}

    /** Ranges of sorted runs, whose bounds come from a shuffle, or from none for one partition. */
    record Sorted(
        @Nullable DriverShuffle bounds, int partitions, DriverClosure closure, boolean ascending)
        implements How {}
  }

  /** A node that reads a shuffle. */
  public ShuffledNode(NodeId id, String site, DriverShuffle shuffle, How how) {
    super(id, site, List.of());
    this.how = requireNonNull(how, "how is null");
    this.shuffles =
        how instanceof How.Sorted sorted && sorted.bounds() != null
            ? List.of(shuffle, sorted.bounds())
            : List.of(shuffle);
  }

  @Override
  public Language language() {
    return Language.JAVA;
  }

  @Override
  public List<DriverShuffle> shuffles() {
    return shuffles;
  }

  @Override
  int countPartitions() {
    if (how instanceof How.Samples) {
      return 1;
    }
    return how instanceof How.Sorted sorted ? sorted.partitions() : shuffles.get(0).partitions();
  }

  @Override
  void cut(Saved files) {
    super.cut(files);
    shuffles = List.of();
  }

  @Override
  Definition define(Compiler compiler) {
    List<Entry> needs = new ArrayList<>();
    ReadMode mode = mode(compiler, needs);
    for (DriverShuffle shuffle : shuffles) {
      needs.add(compiler.shuffle(shuffle));
    }
    return new Definition(new Node.Shuffled(id(), site(), shuffles.get(0).id(), mode), needs, null);
  }

  private ReadMode mode(Compiler compiler, List<Entry> needs) {
    if (how instanceof How.Combined combined) {
      return new ReadMode.Combined(compiler.closure(combined.closure(), needs));
    }
    if (how instanceof How.Sorted sorted) {
      return new ReadMode.Sorted(
          sorted.bounds() == null ? null : sorted.bounds().id(),
          sorted.partitions(),
          compiler.closure(sorted.closure(), needs),
          sorted.ascending());
    }
    if (how instanceof How.Grouped) {
      return new ReadMode.Grouped();
    }
    return how instanceof How.Samples ? new ReadMode.Samples() : new ReadMode.Plain();
  }
}
