package dev.firesteel.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.input.FileSplit;
import dev.firesteel.input.Split;
import dev.firesteel.lineage.Drawing;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Lineage;
import dev.firesteel.lineage.LineageException;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.plan.TaskPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The plan of one task, for every kind of node. */
class TaskPlannerTest {
  private final Drawing draw = new Drawing();
  private final Lineage lineage = new Lineage();
  private final Blocks blocks = new Blocks();
  private final TaskPlanner planner = new TaskPlanner(lineage, new StoredChoices(lineage, blocks));

  @Test
  void rangesAreCutEvenly() {
    NodeId range =
        draw.add(new Node.Range(draw.node(), "range", "9223372036854775807", "-3", 10, 4));
    assertThat(List.of(0, 1, 2, 3).stream().map(i -> plan(range, i)))
        .containsExactly(
            new Source.Range("9223372036854775807", "-3", 2),
            new Source.Range("9223372036854775801", "-3", 3),
            new Source.Range("9223372036854775792", "-3", 2),
            new Source.Range("9223372036854775786", "-3", 3));
  }

  @Test
  void aCrossingCutsThePlanAndTheSinkIsRunInTheLanguageOfTheTarget() {
    NodeId mapped = draw.map(draw.range(2));
    ClosureId python = draw.allClosures.get(0);
    NodeId crossed = draw.add(new Node.Crossing(draw.node(), "s", mapped, Language.JAVA));
    ClosureId java = draw.closure();
    NodeId again =
        draw.add(new Node.Pipeline(draw.node(), "s", crossed, java, false, Language.JAVA));
    assertThat(plan(again, 1))
        .isEqualTo(
            new Source.Pipeline(
                new Source.Crossing(
                    new Source.Pipeline(new Source.Range("10", "1", 10), python, 1),
                    Language.PYTHON,
                    0),
                java,
                1));
    assertThat(planner.result(again, 1, 5).language()).isEqualTo(Language.JAVA);
    assertThat(planner.result(mapped, 1, 5).language()).isEqualTo(Language.PYTHON);
  }

  @Test
  void crossingsOfOnePlanHaveNumbersOfTheirOwn() {
    NodeId left =
        draw.add(new Node.Crossing(draw.node(), "s", draw.map(draw.range(1)), Language.JAVA));
    NodeId right =
        draw.add(new Node.Crossing(draw.node(), "s", draw.map(draw.range(1)), Language.JAVA));
    Source.Zip zip =
        (Source.Zip) plan(draw.add(new Node.Zipped(draw.node(), "zip", left, right)), 0);
    assertThat(((Source.Crossing) zip.left()).number()).isZero();
    assertThat(((Source.Crossing) zip.right()).number()).isEqualTo(1);
  }

  @Test
  void linesAndNumbersAreReadByEitherLanguageAsLongAsNobodyKeepsThem() {
    NodeId text = draw.text(1);
    NodeId crossed = draw.add(new Node.Crossing(draw.node(), "s", text, Language.JAVA));
    assertThat(plan(crossed, 0)).isInstanceOf(Source.Input.class);
    Node.Input ofPython =
        new Node.Input(
            draw.node(),
            "s",
            "f",
            Map.of(),
            List.of(new Split(new byte[1])),
            Set.of(Language.PYTHON));
    NodeId crossing =
        draw.add(new Node.Crossing(draw.node(), "s", draw.add(ofPython), Language.JAVA));
    assertThat(plan(crossing, 0)).isInstanceOf(Source.Crossing.class);
    draw.persist(text);
    Source.Crossing kept = (Source.Crossing) plan(crossed, 0);
    assertThat(kept.from()).isEqualTo(Language.PYTHON);
    assertThat(kept.source()).isInstanceOf(Source.Cached.class);
  }

  @Test
  void aUnionTakesThePartitionOfOneParent() {
    NodeId left = draw.range(2);
    NodeId right = draw.text(2);
    Source source = plan(draw.union(left, right), 3);
    assertThat(FileSplit.decode(((Source.Input) source).split()).get(0).start()).isEqualTo(10);
  }

  @Test
  void functionsBelowAUnionAreToldTheirOwnPartition() {
    NodeId left = draw.text(3);
    NodeId right = draw.map(draw.text(2));
    Source.Pipeline source = (Source.Pipeline) plan(draw.union(left, right), 4);
    assertThat(source.partition()).isEqualTo(1);
  }

  @Test
  void alignedParentsAreChainedAndFlat() {
    NodeId left = draw.range(1);
    NodeId right = draw.map(draw.range(1));
    NodeId all = draw.aligned(draw.aligned(left, right), draw.aligned(left));
    Source.Range range = new Source.Range("0", "1", 10);
    ClosureId closure = draw.allClosures.get(0);
    assertThat(plan(all, 0))
        .isEqualTo(new Source.Chain(List.of(range, new Source.Pipeline(range, closure, 0), range)));
  }

  @Test
  void coalescingChainsNeighboursAsEvenlyAsPossible() {
    NodeId range = draw.add(new Node.Range(draw.node(), "range", "0", "1", 5, 5));
    NodeId mapped = draw.map(range);
    NodeId three = draw.add(new Node.Coalesced(draw.node(), "coalesce", mapped, 3));
    NodeId more = draw.add(new Node.Coalesced(draw.node(), "coalesce", mapped, 9));
    ClosureId closure = draw.allClosures.get(0);
    List<Source> each =
        List.of(0, 1, 2, 3, 4).stream()
            .<Source>map(
                i -> new Source.Pipeline(new Source.Range(String.valueOf(i), "1", 1), closure, i))
            .toList();
    assertThat(plan(three, 0)).isEqualTo(each.get(0));
    assertThat(plan(three, 1)).isEqualTo(new Source.Chain(each.subList(1, 3)));
    assertThat(plan(three, 2)).isEqualTo(new Source.Chain(each.subList(3, 5)));
    assertThat(lineage.partitions(three)).isEqualTo(3);
    assertThat(lineage.partitions(more)).isEqualTo(5);
    assertThat(plan(more, 4)).isEqualTo(each.get(4));
  }

  @Test
  void zipsAndProductsNestAndKeepWhatIsAroundThem() {
    NodeId left = draw.range(2);
    NodeId right = draw.range(3);
    NodeId product = draw.add(new Node.Product(draw.node(), "cartesian", left, right));
    NodeId mapped = draw.map(product);
    draw.persist(mapped);
    NodeId zipped = draw.add(new Node.Zipped(draw.node(), "zip", mapped, draw.range(6)));
    Source.Zip zip = (Source.Zip) plan(zipped, 4);
    Source.Pipeline pipeline = (Source.Pipeline) ((Source.Cached) zip.left()).source();
    assertThat(pipeline.partition()).isEqualTo(4);
    assertThat(pipeline.source()).isEqualTo(new Source.Product(plan(left, 1), plan(right, 1)));
    assertThat(plan(product, 5)).isEqualTo(new Source.Product(plan(left, 1), plan(right, 2)));
  }

  @Test
  void zippingUnequalPartitionsIsRefused() {
    draw.add(new Node.Zipped(draw.node(), "zip", draw.range(2), draw.range(3)));
    assertThatThrownBy(this::apply)
        .isInstanceOf(LineageException.class)
        .hasMessageContaining("zips parents of 2 and 3 partitions");
  }

  @Test
  void wrappersGoAroundWhatTheyBelongTo() {
    NodeId left = draw.map(draw.range(1));
    NodeId both = draw.aligned(left, draw.range(1));
    draw.persist(both);
    NodeId top = draw.map(both);
    Source.Pipeline plan = (Source.Pipeline) plan(top, 0);
    assertThat(plan.closure()).isEqualTo(draw.allClosures.get(1));
    Source.Cached cached = (Source.Cached) plan.source();
    assertThat(cached.block()).isEqualTo(new BlockId.Rdd(both, 0));
    assertThat(((Source.Chain) cached.source()).sources()).hasSize(2);
  }

  @Test
  void aBlockThatExistsIsReadAndNothingBehindItIsNamed() {
    NodeId cached = draw.map(draw.shuffled(draw.range(1), 1));
    draw.persist(cached);
    NodeId top = draw.map(cached);
    apply();
    BlockId.Rdd id = new BlockId.Rdd(cached, 0);
    blocks.existing.put(id, new StoredBlock(id, new Location.DiskFile("x", "/b"), 11, 22, 33));
    TaskPlan plan = planner.result(top, 0, 1);
    assertThat(plan.shuffles()).isEmpty();
    assertThat(plan.caches()).isEmpty();
    assertThat(plan.reads()).containsExactly(id);
    assertThat(plan.closures()).containsExactly(draw.allClosures.get(1));
  }

  /** An engine that brings the records of one node to tasks by its own means. */
  private record Foreign(NodeId brought) implements NodeChoices {
    static final Source SOURCE = new Source.Range("7", "1", 7);

    @Override
    public Choice choose(NodeId node, int partition) {
      return node.equals(brought) ? new Cut(SOURCE) : Compute.INSTANCE;
    }

    @Override
    public boolean isReady(NodeId node) {
      return node.equals(brought);
    }
  }

  @Test
  void anotherEngineCutsAPlanWhereItBringsTheRecordsItself() {
    NodeId brought = draw.map(draw.shuffled(draw.range(2), 3));
    NodeId top = draw.map(brought);
    apply();
    Foreign foreign = new Foreign(brought);
    TaskPlan plan = new TaskPlanner(lineage, foreign).result(top, 2, 1);
    ClosureId own = draw.allClosures.get(1);
    assertThat(plan.sink().source()).isEqualTo(new Source.Pipeline(Foreign.SOURCE, own, 2));
    assertThat(plan.closures()).containsExactly(own);
    assertThat(plan.shuffles()).isEmpty();
    assertThat(plan.reads()).isEmpty();
    assertThat(plan.drivers()).containsExactly(0);
    assertThat(new NarrowWalk(lineage, foreign).shuffles(top)).isEmpty();
    assertThat(new NarrowWalk(lineage, new Foreign(top)).shufflesBehindBlocks(top)).hasSize(1);
  }

  @Test
  void whatAnotherEngineBringsIsNotTakenForLinesThatBothLanguagesRead() {
    NodeId lines = draw.range(1);
    NodeId crossed = draw.add(new Node.Crossing(draw.node(), "s", lines, Language.JAVA));
    apply();
    assertThat(new TaskPlanner(lineage, new Foreign(lines)).result(crossed, 0, 1).sink().source())
        .isEqualTo(new Source.Crossing(Foreign.SOURCE, Language.PYTHON, 0));
  }

  @Test
  void everythingThatIsNamedIsListed() {
    BroadcastId broadcast = new BroadcastId(0, 500);
    NodeId source = draw.map(draw.shuffled(draw.range(1), 1), broadcast);
    draw.persist(source);
    ClosureId sort = draw.closure();
    ClosureId combine = draw.closure();
    apply();
    ShuffleDependency shuffle =
        new ShuffleDependency(
            new ShuffleId(0, 900), source, 2, new Partitioner.Sort(sort, true), combine, "sort");
    TaskPlan plan = planner.shuffleWrite(shuffle, 0);
    assertThat(plan.closures()).containsExactlyInAnyOrder(draw.allClosures.get(0), sort, combine);
    assertThat(plan.broadcasts()).containsExactly(broadcast);
    assertThat(plan.shuffles()).containsExactly(draw.allShuffles.get(0));
    assertThat(plan.reads()).containsExactly(new BlockId.Shuffle(draw.allShuffles.get(0)));
    assertThat(plan.caches()).containsOnlyKeys(new BlockId.Rdd(source, 0));
    assertThat(plan.output()).isEqualTo(new BlockId.ShuffleMap(new ShuffleId(0, 900), 0));
  }

  @Test
  void aSortReadsItsRunsAndItsBounds() {
    ShuffleId runs = draw.shuffle(draw.range(1), 2);
    NodeId samples = draw.add(new Node.Shuffled(draw.node(), "s", runs, new ReadMode.Samples()));
    ShuffleId bounds = draw.shuffle(samples, 1);
    ReadMode how = new ReadMode.Sorted(bounds, 3, draw.closure(), true);
    NodeId sorted = draw.add(new Node.Shuffled(draw.node(), "sort", runs, how));
    apply();
    assertThat(plan(samples, 0)).isEqualTo(new Source.ShuffleRead(runs, 1, new ReadMode.Samples()));
    TaskPlan plan = planner.result(sorted, 2, 1);
    assertThat(plan.sink().source()).isEqualTo(new Source.ShuffleRead(runs, 2, how));
    assertThat(plan.shuffles()).containsExactlyInAnyOrder(runs, bounds);
    assertThat(plan.closures()).containsExactly(draw.allClosures.get(0));
  }

  @Test
  void slicesAndTextFilesAreNamed() {
    NodeId slices =
        draw.add(new Node.Slices(draw.node(), "s", "/in", List.of(new Node.Slice(1, 2, 3, 4))));
    apply();
    TaskPlan plan = planner.saveText(slices, 0, "/out", null);
    BlockId.Input input = new BlockId.Input(slices);
    assertThat(plan.sink())
        .isEqualTo(new Sink.SaveText(new Source.FileSlice(input, 1, 2, 3, 4), "/out", 0, null));
    assertThat(plan.reads()).containsExactly(input);
    assertThat(plan.output()).isNull();
  }

  private Source plan(NodeId node, int partition) {
    apply();
    return planner.result(node, partition, 1).sink().source();
  }

  private void apply() {
    LineageUpdate update = draw.update();
    lineage.add(lineage.fit(update));
    update.closures().forEach(file -> lineage.addClosure(file.id(), file.broadcasts()));
    update.levels().forEach(change -> lineage.setLevel(change.node(), change.level()));
  }

  /** The blocks that a test says exist. */
  private static final class Blocks implements StoredBlocks {
    final Map<BlockId.Rdd, StoredBlock> existing = new HashMap<>();

    @Override
    public @Nullable StoredBlock get(NodeId node, int partition) {
      return existing.get(new BlockId.Rdd(node, partition));
    }

    @Override
    public int count(NodeId node) {
      return (int) existing.keySet().stream().filter(id -> id.node().equals(node)).count();
    }
  }
}
