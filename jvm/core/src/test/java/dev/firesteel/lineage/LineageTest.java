package dev.firesteel.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.LineageUpdate.Release;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keeps lineage alive, and how many partitions there are. */
class LineageTest {
  private final Lineage lineage = new Lineage();

  @Test
  void partitionsFollowFromTheParents() {
    add(new Node.Range(id(1), "s", "0", "1", 10, 3));
    add(new Node.Union(id(2), "s", List.of(id(1), id(1))));
    add(new Node.Aligned(id(3), "s", List.of(id(2), id(2))));
    add(shuffle(9, id(3), 4));
    add(new Node.Shuffled(id(4), "s", shuffleId(9), new ReadMode.Plain()));
    add(new Node.Shuffled(id(5), "s", shuffleId(9), new ReadMode.Samples()));
    ReadMode sorted = new ReadMode.Sorted(null, 7, new ClosureId(0, 1), true);
    add(new Node.Shuffled(id(6), "s", shuffleId(9), sorted));
    assertThat(List.of(2, 3, 4, 5, 6).stream().map(n -> lineage.partitions(id(n))))
        .containsExactly(6, 6, 4, 1, 7);
    assertThat(lineage.maps(shuffleId(9))).isEqualTo(6);
  }

  @Test
  void alignedParentsMustHaveAsManyPartitions() {
    add(new Node.Range(id(1), "s", "0", "1", 10, 3));
    add(new Node.Range(id(2), "s", "0", "1", 10, 4));
    assertThatThrownBy(() -> add(new Node.Aligned(id(3), "s", List.of(id(1), id(2)))))
        .isInstanceOf(LineageException.class)
        .hasMessageContaining("3 and 4 partitions");
  }

  @Test
  void languagesFollowFromFunctionsCrossingsAndTheDriver() {
    add(List.of(), Language.JAVA, new Node.Range(id(1), "s", "0", "1", 10, 3));
    ClosureId closure = new ClosureId(0, 5);
    lineage.addClosure(closure, List.of());
    add(
        List.of(shuffle(9, id(2), 4)),
        Language.JAVA,
        new Node.Pipeline(id(2), "s", id(1), closure, false, Language.JAVA),
        new Node.Shuffled(id(3), "s", shuffleId(9), new ReadMode.Plain()),
        new Node.Crossing(id(4), "s", id(3), Language.PYTHON),
        new Node.Pipeline(id(5), "s", id(4), closure, false, Language.PYTHON),
        new Node.Union(id(6), "s", List.of(id(5), id(4))));
    assertThat(List.of(1, 2, 3, 4, 5, 6).stream().map(n -> lineage.language(id(n))))
        .containsExactly(
            Language.JAVA,
            Language.JAVA,
            Language.JAVA,
            Language.PYTHON,
            Language.PYTHON,
            Language.PYTHON);
    assertThat(lineage.partitions(id(4))).isEqualTo(4);
  }

  @Test
  void recordsOfTwoLanguagesDoNotMixWithoutACrossing() {
    add(new Node.Range(id(1), "s", "0", "1", 10, 3));
    add(List.of(), Language.JAVA, new Node.Range(id(2), "s", "0", "1", 10, 3));
    assertThatThrownBy(() -> add(new Node.Union(id(3), "s", List.of(id(1), id(2)))))
        .isInstanceOf(LineageException.class)
        .hasMessageContaining("a crossing is missing");
    lineage.addClosure(new ClosureId(0, 5), List.of());
    Node pipeline = new Node.Pipeline(id(4), "s", id(2), new ClosureId(0, 5));
    assertThatThrownBy(() -> add(pipeline))
        .isInstanceOf(LineageException.class)
        .hasMessageContaining("a crossing is missing");
  }

  @Test
  void driversAreThoseOfAllThatANodeComesFrom() {
    add(new Node.Range(id(1), "s", "0", "1", 10, 3));
    NodeId other = new NodeId(2, 1);
    NodeId mixed = new NodeId(1, 7);
    add(new Node.Range(other, "s", "0", "1", 10, 3));
    add(new Node.Union(mixed, "s", List.of(id(1), other)));
    add(shuffle(9, mixed, 4));
    add(new Node.Shuffled(id(4), "s", shuffleId(9), new ReadMode.Plain()));
    assertThat(lineage.drivers(id(1))).containsExactly(0);
    assertThat(lineage.drivers(other)).containsExactly(2);
    assertThat(lineage.drivers(id(4))).containsExactly(0, 1, 2);
    lineage.end(2);
    assertThat(lineage.drivers()).contains(2);
    lineage.end(0);
    lineage.end(1);
    assertThat(lineage.drivers()).isEmpty();
  }

  @Test
  void theSameNodeAgainIsIgnored() {
    Node node = new Node.Range(id(1), "s", "0", "1", 10, 3);
    assertThat(add(List.of(), Language.PYTHON, node).isNew(id(1))).isTrue();
    assertThat(add(List.of(), Language.PYTHON, node).isNew(id(1))).isFalse();
  }

  @Test
  void whatOthersReferToStaysUntilTheyGo() {
    add(new Node.Range(id(1), "s", "0", "1", 10, 3));
    lineage.addClosure(new ClosureId(0, 5), List.of(new BroadcastId(0, 6)));
    add(new Node.Pipeline(id(2), "s", id(1), new ClosureId(0, 5)));

    Removed first =
        lineage.release(
            new Release(
                List.of(id(1)),
                List.of(),
                List.of(new ClosureId(0, 5)),
                List.of(new BroadcastId(0, 6)),
                List.of(),
                List.of()));
    assertThat(first).isEqualTo(Removed.nothingYet());

    Removed second = lineage.release(nodes(id(2)));
    assertThat(second.nodes()).containsExactlyInAnyOrder(id(2), id(1));
    assertThat(second.closures()).containsExactly(new ClosureId(0, 5));
    assertThat(second.broadcasts()).containsExactly(new BroadcastId(0, 6));
    assertThat(lineage.nodeCount()).isZero();
  }

  @Test
  void aJobKeepsItsTarget() {
    add(new Node.Range(id(1), "s", "0", "1", 10, 3));
    lineage.hold(id(1));
    lineage.hold(id(1));
    assertThat(lineage.release(nodes(id(1))).nodes()).isEmpty();
    assertThat(lineage.drop(id(1)).nodes()).isEmpty();
    assertThat(lineage.drop(id(1)).nodes()).containsExactly(id(1));
    assertThatThrownBy(() -> lineage.node(id(1))).hasMessageContaining("rdd_0_1 is not known");
  }

  @Test
  void aNodeStaysWhileANameOrAnotherDriverHoldsIt() {
    add(new Node.Range(id(1), "numbers", "0", "1", 10, 3));
    assertThat(lineage.hold(-1, id(1)))
        .isEqualTo(new NodeView(id(1), Language.PYTHON, 3, "numbers", null));
    lineage.hold(7, id(1));
    assertThat(lineage.release(nodes(id(1))).nodes()).isEmpty();
    LineageUpdate.Held name = new LineageUpdate.Held(-1, id(1));
    assertThat(lineage.release(Release.of(name)).nodes()).isEmpty();
    assertThat(lineage.release(Release.of(name)).nodes()).isEmpty(); // it holds nothing any more
    LineageUpdate.Held driver = new LineageUpdate.Held(7, id(1));
    assertThat(lineage.release(Release.of(driver)).nodes()).containsExactly(id(1));
  }

  @Test
  void allThatADriverKeptGoesWithItButWhatOthersHold() {
    NodeId mine = new NodeId(7, 1);
    NodeId published = new NodeId(7, 2);
    ClosureId closure = new ClosureId(7, 3);
    add(new Node.Range(id(1), "s", "0", "1", 10, 3));
    lineage.hold(7, id(1));
    lineage.hold(7, id(1));
    lineage.release(nodes(id(1)));
    lineage.addBroadcast(new BroadcastId(7, 4));
    lineage.addBroadcast(new BroadcastId(7, 6));
    lineage.addClosure(closure, List.of(new BroadcastId(7, 4)));
    add(new Node.Slices(mine, "s", "/in", List.of(new Node.Slice(0, 1, 1, 0))));
    add(new Node.Pipeline(published, "s", mine, closure));
    add(new Node.Slices(new NodeId(7, 5), "s", "/other", List.of()));
    lineage.hold(-1, published);

    Removed first = lineage.end(7);
    assertThat(first.nodes()).containsExactlyInAnyOrder(id(1), new NodeId(7, 5));
    assertThat(first.paths()).containsExactly("/other");
    assertThat(first.broadcasts()).containsExactly(new BroadcastId(7, 6));

    Removed second = lineage.release(Release.of(new LineageUpdate.Held(-1, published)));
    assertThat(second.nodes()).containsExactlyInAnyOrder(published, mine);
    assertThat(second.closures()).containsExactly(closure);
    assertThat(second.broadcasts()).containsExactly(new BroadcastId(7, 4));
    assertThat(second.paths()).containsExactly("/in");
    assertThat(lineage.nodeCount()).isZero();
  }

  @Test
  void aFileThatSeveralNodesReadGoesWithTheLast() {
    Node.Slice slice = new Node.Slice(0, 1, 1, 0);
    add(new Node.Slices(id(1), "s", "/in", List.of(slice)));
    add(new Node.Slices(id(2), "s", "/in", List.of(slice)));
    Release path =
        new Release(List.of(), List.of(), List.of(), List.of(), List.of("/in"), List.of());
    assertThat(lineage.release(path).paths()).isEmpty();
    assertThat(lineage.release(nodes(id(1))).paths()).isEmpty();
    assertThat(lineage.release(nodes(id(2))).paths()).containsExactly("/in");
  }

  @Test
  void lineageHundredsOfThousandsDeepIsReleasedWithoutOverflow() {
    add(new Node.Range(id(0), "s", "0", "1", 10, 3));
    for (int i = 1; i < 200_000; i++) {
      add(new Node.Union(id(i), "s", List.of(id(i - 1))));
      lineage.release(nodes(id(i - 1)));
    }
    assertThat(lineage.release(nodes(id(199_999))).nodes()).hasSize(200_000);
  }

  @Test
  void releasingTwiceOrWhatNeverWasHasNoEffect() {
    assertThat(lineage.release(nodes(id(1))).nodes()).isEmpty();
  }

  @Test
  void anUpdateThatDoesNotFitLeavesNothingBehind() {
    add(new Node.Range(id(1), "s", "0", "1", 10, 3));
    Node good = new Node.Union(id(2), "s", List.of(id(1)));
    ShuffleDependency shuffle = shuffle(9, id(2), 4);
    Node.Saved cut = new Node.Saved(id(1), "s", "/checkpoint", List.of());
    List<LineageUpdate> refused =
        List.of(
            update(List.of(shuffle), List.of(), List.of(), good, orphan()),
            update(List.of(shuffle), List.of(), List.of(), orphan(), good),
            update(List.of(shuffle(9, id(99), 4)), List.of(), List.of(), good),
            update(List.of(shuffle), List.of(shuffleId(8)), List.of(), good),
            update(List.of(shuffle), List.of(), List.of(cut), good));
    for (LineageUpdate update : refused) {
      assertThatThrownBy(() -> lineage.fit(update)).isInstanceOf(LineageException.class);
      assertThat(lineage.nodeCount()).isEqualTo(1);
      assertThat(lineage.shuffleCount()).isZero();
    }
    lineage.add(lineage.fit(update(List.of(shuffle), List.of(shuffleId(9)), List.of(), good)));
    assertThat(lineage.maps(shuffleId(9))).isEqualTo(3);
    // Nothing of what was refused holds anything.
    assertThat(lineage.release(nodes(id(1), id(2))).nodes()).isEmpty();
    Release last =
        new Release(List.of(), List.of(shuffleId(9)), List.of(), List.of(), List.of(), List.of());
    assertThat(lineage.release(last).nodes()).containsExactlyInAnyOrder(id(1), id(2));
  }

  private static Node orphan() {
    return new Node.Union(id(3), "s", List.of(id(99)));
  }

  private static LineageUpdate update(
      List<ShuffleDependency> shuffles,
      List<ShuffleId> cleaned,
      List<Node.Saved> cuts,
      Node... nodes) {
    return new LineageUpdate(
        List.of(nodes), shuffles, List.of(), List.of(), List.of(), Release.NONE, cleaned, cuts);
  }

  private void add(Node node) {
    add(List.of(), Language.PYTHON, node);
  }

  private void add(ShuffleDependency shuffle) {
    add(List.of(shuffle), Language.PYTHON);
  }

  private LineageAdditions add(List<ShuffleDependency> shuffles, Language language, Node... nodes) {
    LineageAdditions additions =
        lineage.fit(
            new LineageUpdate(
                List.of(nodes),
                shuffles,
                List.of(),
                List.of(),
                List.of(),
                Release.NONE,
                List.of(),
                List.of(),
                language));
    lineage.add(additions);
    return additions;
  }

  private static Release nodes(NodeId... ids) {
    return new Release(List.of(ids), List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private static NodeId id(long number) {
    return new NodeId(0, number);
  }

  private static ShuffleId shuffleId(long number) {
    return new ShuffleId(0, number);
  }

  private static ShuffleDependency shuffle(long number, NodeId parent, int partitions) {
    return new ShuffleDependency(
        shuffleId(number), parent, partitions, new Partitioner.Hash(), null, "s");
  }
}
