package dev.firesteel.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a driver sends is understood, what it must not send is refused with a reason. */
class JobRequestCodecTest {
  private static final InputFormat.Listing FILES =
      new InputFormat.Listing(6, List.of(new Split(new byte[] {1})));

  @Test
  void everyKindOfNodeIsUnderstood() {
    LineageUpdate update =
        decode(
                "nodes",
                List.of(
                    map(
                        "id",
                        1,
                        "op",
                        "input",
                        "site",
                        "textFile",
                        "format",
                        "text",
                        "options",
                        Map.of(),
                        "files",
                        6,
                        "readers",
                        List.of("java", "python")),
                    map(
                        "id",
                        2,
                        "op",
                        "input",
                        "site",
                        "s",
                        "format",
                        "kafka",
                        "options",
                        Map.of("topic", "t"),
                        "splits",
                        List.of(new byte[] {2, 3}, new byte[0]),
                        "readers",
                        List.of("python")),
                    map(
                        "id",
                        3,
                        "op",
                        "slices",
                        "site",
                        "s",
                        "path",
                        "/in",
                        "slices",
                        List.of(List.of(0, 10, 2, 0), List.of(10, 30, 4, 1))),
                    map(
                        "id",
                        4,
                        "op",
                        "range",
                        "site",
                        "s",
                        "start",
                        "0",
                        "step",
                        "-1",
                        "count",
                        9,
                        "partitions",
                        2),
                    map("id", 5, "op", "empty", "site", "s"),
                    map("id", 6, "op", "pipeline", "site", "s", "parent", 5, "closure", 50),
                    map("id", 7, "op", "union", "site", "s", "parents", List.of(5, 6)),
                    map("id", 8, "op", "aligned", "site", "s", "parents", List.of(5, 6)),
                    map(
                        "id",
                        9,
                        "op",
                        "shuffled",
                        "site",
                        "s",
                        "shuffle",
                        40,
                        "how",
                        List.of("plain")),
                    map(
                        "id",
                        10,
                        "op",
                        "shuffled",
                        "site",
                        "s",
                        "shuffle",
                        40,
                        "how",
                        List.of("combined", 50)),
                    map(
                        "id",
                        11,
                        "op",
                        "shuffled",
                        "site",
                        "s",
                        "shuffle",
                        40,
                        "how",
                        List.of("grouped")),
                    map("id", 12, "op", "samples", "site", "s", "shuffle", 40),
                    map(
                        "id",
                        13,
                        "op",
                        "sorted",
                        "site",
                        "s",
                        "shuffle",
                        40,
                        "bounds",
                        null,
                        "partitions",
                        1,
                        "closure",
                        50,
                        "ascending",
                        false),
                    map("id", 14, "op", "coalesced", "site", "s", "parent", 8, "partitions", 2),
                    map("id", 15, "op", "zipped", "site", "s", "left", 5, "right", 6),
                    map("id", 16, "op", "product", "site", "s", "left", 7, "right", 8),
                    map("id", 17, "op", "crossing", "site", "s", "parent", 6, "to", "java"),
                    map(
                        "id",
                        18,
                        "op",
                        "pipeline",
                        "site",
                        "s",
                        "parent",
                        17,
                        "closure",
                        50,
                        "language",
                        "java")))
            .update();
    ShuffleId shuffle = new ShuffleId(2, 40);
    ClosureId closure = new ClosureId(2, 50);
    assertThat(update.nodes())
        .containsExactly(
            new Node.Input(
                node(1), "textFile", "text", Map.of(), FILES.splits(), Set.of(Language.values())),
            new Node.Input(
                node(2),
                "s",
                "kafka",
                Map.of("topic", "t"),
                List.of(new Split(new byte[] {2, 3}), new Split(new byte[0])),
                Set.of(Language.PYTHON)),
            new Node.Slices(
                node(3),
                "s",
                "/in",
                List.of(new Node.Slice(0, 10, 2, 0), new Node.Slice(10, 30, 4, 1))),
            new Node.Range(node(4), "s", "0", "-1", 9, 2),
            new Node.Empty(node(5), "s"),
            new Node.Pipeline(node(6), "s", node(5), closure),
            new Node.Union(node(7), "s", List.of(node(5), node(6))),
            new Node.Aligned(node(8), "s", List.of(node(5), node(6))),
            new Node.Shuffled(node(9), "s", shuffle, new ReadMode.Plain()),
            new Node.Shuffled(node(10), "s", shuffle, new ReadMode.Combined(closure)),
            new Node.Shuffled(node(11), "s", shuffle, new ReadMode.Grouped()),
            new Node.Shuffled(node(12), "s", shuffle, new ReadMode.Samples()),
            new Node.Shuffled(node(13), "s", shuffle, new ReadMode.Sorted(null, 1, closure, false)),
            new Node.Coalesced(node(14), "s", node(8), 2),
            new Node.Zipped(node(15), "s", node(5), node(6)),
            new Node.Product(node(16), "s", node(7), node(8)),
            new Node.Crossing(node(17), "s", node(6), Language.JAVA),
            new Node.Pipeline(node(18), "s", node(17), closure, false, Language.JAVA));
  }

  @Test
  void shufflesFilesLevelsAndReleasesAreUnderstood() {
    LineageUpdate update =
        decode(
                "shuffles",
                List.of(
                    map(
                        "id",
                        40,
                        "parent",
                        1,
                        "partitions",
                        3,
                        "partitioner",
                        List.of("hash"),
                        "combine",
                        List.of("combine", 50),
                        "site",
                        "reduceByKey"),
                    map(
                        "id",
                        41,
                        "parent",
                        1,
                        "partitions",
                        2,
                        "partitioner",
                        List.of("sort", 51, true),
                        "combine",
                        null,
                        "site",
                        "sort"),
                    map(
                        "id",
                        42,
                        "parent",
                        1,
                        "partitions",
                        3,
                        "partitioner",
                        List.of("custom", 52),
                        "combine",
                        null,
                        "site",
                        "partitionBy")),
                "closures",
                List.of(List.of(50, "/c50", List.of(70))),
                "broadcasts",
                List.of(List.of(70, "/b70")),
                "persist",
                List.of(
                    List.of(
                        1,
                        map(
                            "disk",
                            true,
                            "memory",
                            false,
                            "off_heap",
                            false,
                            "deserialized",
                            false,
                            "replication",
                            1)),
                    Arrays.asList(2, null)),
                "release",
                map(
                    "nodes",
                    List.of(5),
                    "shuffles",
                    List.of(6),
                    "closures",
                    List.of(7),
                    "broadcasts",
                    List.of(8),
                    "inputs",
                    List.of("/in"),
                    "files",
                    List.of(12, 13)))
            .update();
    assertThat(update.shuffles())
        .containsExactly(
            new ShuffleDependency(
                new ShuffleId(2, 40),
                node(1),
                3,
                new Partitioner.Hash(),
                new ClosureId(2, 50),
                "reduceByKey"),
            new ShuffleDependency(
                new ShuffleId(2, 41),
                node(1),
                2,
                new Partitioner.Sort(new ClosureId(2, 51), true),
                null,
                "sort"),
            new ShuffleDependency(
                new ShuffleId(2, 42),
                node(1),
                3,
                new Partitioner.Custom(new ClosureId(2, 52)),
                null,
                "partitionBy"));
    assertThat(update.closures())
        .containsExactly(
            new LineageUpdate.ClosureFile(
                new ClosureId(2, 50), "/c50", List.of(new BroadcastId(2, 70))));
    assertThat(update.broadcasts())
        .containsExactly(new LineageUpdate.BroadcastFile(new BroadcastId(2, 70), "/b70"));
    assertThat(update.levels())
        .containsExactly(
            new LineageUpdate.LevelChange(node(1), new StorageLevel(true, false, false, false, 1)),
            new LineageUpdate.LevelChange(node(2), null));
    assertThat(update.release())
        .isEqualTo(
            new LineageUpdate.Release(
                List.of(node(5)),
                List.of(new ShuffleId(2, 6)),
                List.of(new ClosureId(2, 7)),
                List.of(new BroadcastId(2, 8)),
                List.of("/in"),
                List.of(12L, 13L)));
  }

  @Test
  void nodesOfAnotherDriverAreNamedWithIt() {
    List<Integer> foreign = List.of(0, 5);
    NodeId named = new NodeId(0, 5);
    JobRequest request =
        decode(
            "nodes",
            List.of(
                map("id", 1, "op", "crossing", "parent", foreign, "to", "python"),
                map("id", 2, "op", "union", "parents", List.of(1, foreign))),
            "persist",
            Arrays.asList(Arrays.asList(foreign, null)),
            "release",
            map("held", List.of(foreign)),
            "target",
            foreign);
    assertThat(request.target()).isEqualTo(named);
    assertThat(request.update().nodes())
        .containsExactly(
            new Node.Crossing(node(1), "", named, Language.PYTHON),
            new Node.Union(node(2), "", List.of(node(1), named)));
    assertThat(request.update().levels())
        .containsExactly(new LineageUpdate.LevelChange(named, null));
    assertThat(request.update().release().held()).containsExactly(new LineageUpdate.Held(2, named));
  }

  @Test
  void theJobItselfIsUnderstood() {
    JobRequest request =
        decode("partitions", List.of(3, 1), "sink", Arrays.asList("SaveText", "/out", "gzip"));
    assertThat(request.job()).isEqualTo(9);
    assertThat(request.partitions()).containsExactly(3, 1);
    assertThat(request.sink()).isEqualTo(new JobSink.SaveText("/out", "gzip"));
    assertThat(request.target()).isEqualTo(node(1));
    assertThat(request.properties()).containsExactly(Map.entry("k", "v"));
    assertThat(request.maxResultSize()).isEqualTo(100);
    assertThat(decode("partitions", null).partitions()).isNull();
    assertThat(decode("after", null).after()).isNull();
    assertThat(decode("after", 4).after()).isEqualTo(4);
  }

  @Test
  void whatIsNotKnownIsRefusedWithItsName() {
    assertThatThrownBy(() -> decode("sink", List.of("Oven")))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("There is no sink Oven");
    assertThatThrownBy(() -> decode("nodes", List.of(map("id", 1, "op", "warp"))))
        .hasMessage("There is no kind of node warp");
    assertThatThrownBy(
            () ->
                decode(
                    "nodes",
                    List.of(
                        map(
                            "id",
                            1,
                            "op",
                            "input",
                            "format",
                            "text",
                            "options",
                            Map.of(),
                            "files",
                            7,
                            "readers",
                            List.of("python")))))
        .hasMessage("There are no files of number 7");
    assertThatThrownBy(() -> decode("nodes", List.of(map("id", 1, "op", "pipeline", "parent", 1))))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("closure should be");
  }

  @Test
  void answersHoldRowsInTheContractsOrder() {
    byte[] message =
        JobResultCodec.encode(
            new JobResult.Succeeded(
                List.of(
                    new JobResult.ResultRow(4, new byte[] {1}, null, 1, 2, 3),
                    new JobResult.ResultRow(5, null, new Location.DiskFile("x", "/r"), 10, 20, 30)),
                List.of(new byte[] {9}),
                List.of("careful")));
    Fields answer = Msgpack.unpackMap(message);
    assertThat(answer.flag("ok")).isTrue();
    assertThat(answer.list("results").get(1))
        .isEqualTo(Arrays.asList(5L, null, "/r", 10L, 20L, 30L));
    assertThat(answer.list("notices")).isEqualTo(List.of("careful"));
  }

  @Test
  void failuresHoldTheWorkersErrorAsItCame() {
    byte[] error = Msgpack.pack(map("type", "builtins.KeyError", "anything", 1));
    byte[] message =
        JobResultCodec.encode(
            new JobResult.Failed(
                new JobFailure("user", "oops", 1, 2, 3, 0, 1, "map at a.py:1", error, null),
                List.of()));
    Fields failure = Msgpack.unpackMap(message).fields("failure");
    assertThat(failure.string("kind")).isEqualTo("user");
    assertThat(failure.integer("partition")).isEqualTo(3);
    assertThat(failure.get("error")).isEqualTo(Map.of("type", "builtins.KeyError", "anything", 1L));
    assertThat(failure.has("java")).isFalse();
  }

  private static JobRequest decode(Object... changes) {
    Map<String, Object> request =
        map(
            "driver", 2,
            "job", 9,
            "site", "collect",
            "nodes", List.of(),
            "shuffles", List.of(),
            "closures", List.of(),
            "broadcasts", List.of(),
            "persist", List.of(),
            "target", 1,
            "partitions", null,
            "sink", List.of("Result"),
            "path", List.of("/app"),
            "properties", map("k", "v"),
            "max_result_size", 100);
    request.putAll(map(changes));
    return JobRequestCodec.decode(
        Msgpack.pack(request), number -> number == 6 ? Optional.of(FILES) : Optional.empty());
  }

  private static NodeId node(long number) {
    return new NodeId(2, number);
  }

  private static Map<String, Object> map(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    List<Object> list = new ArrayList<>(Arrays.asList(namesAndValues));
    for (int i = 0; i < list.size(); i += 2) {
      map.put((String) list.get(i), list.get(i + 1));
    }
    return map;
  }
}
