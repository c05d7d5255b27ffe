package dev.firesteel.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an engine is told when drivers change their lineage; no scheduler is there. */
class SharedLineageTest {
  private final Drawing draw = new Drawing();
  private final Lineage lineage = new Lineage();
  private final SharedLineage shared = new SharedLineage(lineage);

  private List<NodeId> apply() {
    return shared.add(shared.fit(draw.update()));
  }

  @Test
  void theFilesOfAnUpdateAreNamedOnce() {
    NodeId mapped = draw.map(draw.range(1));
    ClosureId closure = draw.allClosures.get(0);
    SharedLineage.Fitting fitting = shared.fit(draw.update());
    assertThat(fitting.files())
        .containsExactly(
            new SharedLineage.DriverFile(new BlockId.Closure(closure), "/driver/" + closure));
    assertThat(lineage.contains(mapped)).as("fitting changes nothing").isFalse();
    shared.add(fitting);
    assertThat(lineage.contains(mapped)).isTrue();
  }

  @Test
  void aPathThatCannotBeIsRefusedWithTheWholeUpdate() {
    NodeId slices =
        draw.add(
            new Node.Slices(
                draw.node(), "parallelize", "/\0", List.of(new Node.Slice(0, 1, 1, 0))));
    assertThatThrownBy(() -> shared.fit(draw.update()))
        .isInstanceOf(LineageException.class)
        .hasMessageContaining("has no usable path");
    assertThat(lineage.contains(slices)).isFalse();
  }

  @Test
  void nodesThatArePersistedNoMoreAreTold() {
    NodeId kept = draw.range(1);
    draw.persist(kept);
    assertThat(apply()).isEmpty();
    draw.unpersist(kept);
    assertThat(apply()).containsExactly(kept);
  }

  @Test
  void aCheckpointWaitsUntilTheEngineAppliesIt() {
    NodeId below = draw.range(2);
    NodeId mapped = draw.map(below);
    apply();
    draw.checkpointed(mapped, 2);
    draw.release(List.of(below), List.of(), draw.allClosures);
    SharedLineage.Fitting fitting = shared.fit(draw.update());
    shared.add(fitting);
    assertThat(shared.release(fitting.update().release()).orElseThrow().nodes()).isEmpty();
    assertThat(shared.cut())
        .hasSize(1)
        .first()
        .satisfies(r -> assertThat(r.nodes()).contains(below));
    assertThat(shared.cut()).isEmpty();
    assertThat(shared.release(LineageUpdate.Release.NONE)).isEmpty();
  }

  @Test
  void whatADriverLeavesIsTold() {
    NodeId kept = draw.range(1);
    NodeId gone = draw.range(1);
    apply();
    assertThat(shared.hold(-1, kept)).isPresent();
    assertThat(shared.hold(-1, new NodeId(0, 999))).isEmpty();
    SharedLineage.Ended ended = shared.end(Drawing.DRIVER);
    assertThat(ended.removed().nodes()).containsExactly(gone);
    assertThat(ended.remaining().drivers()).containsExactly(Drawing.DRIVER);
  }
}
