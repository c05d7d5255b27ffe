package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.NodeId;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Node;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A source without parents. It is described once, when that is first needed. */
public final class SourceNode extends DriverNode {
  private final Supplier<Described> describe;
  private @Nullable Described described;

  /**
   * What a source is.
   *
   * @param keep what must live as long as the source, or null
   */
  public record Described(Node node, int partitions, @Nullable Object keep) {}

  /** A source that is described when its partitions, or an action, are asked for. */
  public SourceNode(NodeId id, String site, Supplier<Described> describe) {
    super(id, site, List.of());
    this.describe = requireNonNull(describe, "describe is null");
  }

  @Override
  public Language language() {
    return Language.JAVA;
  }

  private synchronized Described described() {
    if (described == null) {
      described = describe.get();
    }
    return described;
  }

  @Override
  int countPartitions() {
    return described().partitions();
  }

  @Override
  Definition define(Compiler compiler) {
    Described source = described();
    return new Definition(source.node(), List.of(), source.keep());
  }
}
