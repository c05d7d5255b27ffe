package dev.firesteel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.FileSplit;
import dev.firesteel.input.Split;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Plans are written byte for byte as the golden files say, which the worker's tests read too. */
class PlanCodecTest {
  private static final Path WIRE = Path.of(System.getProperty("firesteel.wire"));
  private static final Map<String, Sink> PLANS = plans();

  @ParameterizedTest
  @MethodSource("names")
  void isWrittenAsTheGoldenFileSays(String name) throws IOException {
    byte[] golden = Files.readAllBytes(WIRE.resolve("plan_" + name + ".msgpack"));
    assertThat(encode(PLANS.get(name))).isEqualTo(golden);
  }

  @ParameterizedTest
  @MethodSource("names")
  void isReadAsItWasWritten(String name) throws IOException {
    byte[] golden = Files.readAllBytes(WIRE.resolve("plan_" + name + ".msgpack"));
    assertThat(decode(golden)).isEqualTo(PLANS.get(name));
  }

  @Test
  void anyPlanIsReadAsItWasWritten() throws IOException {
    for (int seed = 0; seed < 1_000; seed++) {
      Sink plan = new PlanDrawing(seed).sink(4);
      assertThat(decode(encode(plan))).as("seed %d", seed).isEqualTo(plan);
    }
  }

  @Test
  void whatIsNoPlanIsRefusedWithTheNodeThatCanNotBe() throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      List<Object> nodes =
          new ArrayList<>(Fields.asList(Msgpack.unpack(encode(new PlanDrawing(seed).sink(3))), ""));
      int broken = new Random(seed).nextInt(nodes.size());
      List<Object> node = new ArrayList<>(Fields.asList(nodes.get(broken), ""));
      for (int field = 0; field < node.size(); field++) {
        List<Object> other = new ArrayList<>(node);
        other.set(field, 0.5); // no field of any node is a fraction
        assertRefused(nodes, broken, other);
      }
      for (int length = 0; length < node.size(); length++) {
        assertRefused(nodes, broken, node.subList(0, length));
      }
    }
    assertThatThrownBy(() -> PlanCodec.read(List.of())).isInstanceOf(ProtocolException.class);
    List<Object> loose = List.of(List.of("Empty"), List.of("Empty"), List.of("Count", 1L));
    assertThatThrownBy(() -> PlanCodec.read(loose))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("nobody reads the nodes [0]");
    List<Object> shared = List.of(List.of("Empty"), List.of("Zip", 0L, 0L), List.of("Count", 1L));
    assertThatThrownBy(() -> PlanCodec.read(shared))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("Node 1 of a plan");
  }

  private static void assertRefused(List<Object> nodes, int broken, List<Object> node) {
    List<Object> all = new ArrayList<>(nodes);
    all.set(broken, node);
    assertThatThrownBy(() -> PlanCodec.read(all))
        .as("%s", node)
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("Node " + broken + " of a plan can't be");
  }

  static Stream<String> names() {
    return PLANS.keySet().stream();
  }

  @Test
  void everyGoldenPlanIsTested() throws IOException {
    try (Stream<Path> files = Files.list(WIRE)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.startsWith("plan_") && name.endsWith(".msgpack"))
                  .map(
                      name ->
                          name.substring("plan_".length(), name.length() - ".msgpack".length())))
          .containsExactlyInAnyOrderElementsOf(PLANS.keySet());
    }
  }

  @Test
  void aPlanThousandsDeepDoesNotOverflowTheStack() throws IOException {
    Source source = new Source.Empty();
    for (int i = 0; i < 100_000; i++) {
      source = new Source.Pipeline(source, new ClosureId(0, 1), 0);
    }
    Sink deep = new Sink.Result(source, new BlockId.Result(1, 0));
    assertThat(decode(encode(deep)).source().nodes()).hasSize(100_001);
  }

  private static Sink decode(byte[] bytes) {
    return PlanCodec.read(Fields.asList(Msgpack.unpack(bytes), "plan"));
  }

  private static byte[] encode(Sink plan) throws IOException {
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      PlanCodec.write(out, plan);
      return out.toByteArray();
    }
  }

  private static Map<String, Sink> plans() {
    FileSplit split =
        new FileSplit(
            "/data/é.txt",
            "file:/data/é.txt",
            134217728,
            1000,
            5000000000L,
            1700000000123456789L,
            null);
    Source pipeline = new Source.Pipeline(text(split), closure(5), 1);
    ShuffleId shuffle = new ShuffleId(0, 2);
    BlockId.ShuffleMap map = new BlockId.ShuffleMap(shuffle, 3);
    BlockId.Rdd block = new BlockId.Rdd(new NodeId(0, 9), 1);
    StorageLevel level = new StorageLevel(true, true, false, false, 1);
    Source empty = new Source.Empty();
    Map<String, Sink> plans = new LinkedHashMap<>();
    plans.put("result", result(pipeline, 3));
    plans.put(
        "gzip",
        result(text(new FileSplit("/data/b.gz", "file:/data/b.gz", 0, 90, 90, 0, "gzip")), 0));
    plans.put(
        "whole_files",
        result(
            input(
                "wholetext",
                new FileSplit("/data/a b", "file:/data/a b", 0, 0, 0, 1, null),
                new FileSplit("/data/c.bz2", "file:/data/c.bz2", 0, 12, 12, 2, "bzip2")),
            0));
    plans.put(
        "slice",
        result(new Source.FileSlice(new BlockId.Input(new NodeId(0, 4)), 100, 70000, 65536, 3), 0));
    plans.put(
        "range",
        result(new Source.Range("-170141183460469231731687303715884105728", "2", 4294967296L), 0));
    plans.put("empty", result(empty, 0));
    plans.put(
        "input",
        result(
            new Source.Input(
                "org.example.queue",
                Map.of("topic", "é"),
                new Split(new byte[] {0, 1, (byte) 0xff})),
            0));
    plans.put(
        "save_text",
        new Sink.SaveText(new Source.Block(block, 4096, 70, 4294967301L), "/out/dir", 1, "gzip"));
    plans.put("count", new Sink.Count(new Source.Cached(pipeline, block, level)));
    plans.put("checkpoint", new Sink.BlockWrite(pipeline, "/checkpoints/é/rdd-9", 1, "rdd_0_9_1"));
    plans.put(
        "saved",
        result(
            new Source.Saved(
                new SavedPart(
                    "/checkpoints/é/rdd-9/part-00001-4294967301",
                    "rdd_0_9_1",
                    4096,
                    70,
                    4294967301L)),
            1));
    plans.put("save_plain", new Sink.SaveText(empty, "/out/dir", 0, null));
    plans.put(
        "cached",
        result(new Source.Pipeline(new Source.Cached(pipeline, block, level), closure(6), 1), 1));
    plans.put(
        "map_combine", new Sink.ShuffleWrite(pipeline, map, 8, new Partitioner.Hash(), closure(8)));
    plans.put(
        "map_custom",
        new Sink.ShuffleWrite(pipeline, map, 8, new Partitioner.Custom(closure(8)), null));
    plans.put(
        "map_sort",
        new Sink.ShuffleWrite(pipeline, map, 2, new Partitioner.Sort(closure(8), false), null));
    Source text = text(split);
    plans.put(
        "pairs",
        result(
            new Source.Zip(
                new Source.Product(pipeline, new Source.Chain(List.of(pipeline, text))),
                new Source.Zip(empty, new Source.Range("0", "1", 3))),
            2));
    plans.put(
        "exchange",
        new Sink.Exchange(
            new Source.Pipeline(new Source.Crossing(empty, Language.JAVA, 1), closure(5), 1), 0));
    plans.put(
        "reads",
        result(
            new Source.Chain(
                List.of(
                    new Source.ShuffleRead(shuffle, 5, new ReadMode.Plain()),
                    new Source.ShuffleRead(shuffle, 5, new ReadMode.Combined(closure(8))),
                    new Source.ShuffleRead(shuffle, 5, new ReadMode.Grouped()),
                    new Source.ShuffleRead(shuffle, 1, new ReadMode.Samples()),
                    new Source.ShuffleRead(
                        shuffle, 5, new ReadMode.Sorted(new ShuffleId(0, 3), 8, closure(8), true)),
                    new Source.ShuffleRead(
                        shuffle, 0, new ReadMode.Sorted(null, 1, closure(8), false)))),
            5));
    return plans;
  }

  private static Source text(FileSplit split) {
    return input("text", split);
  }

  private static Source input(String format, FileSplit... files) {
    return new Source.Input(format, Map.of(), FileSplit.encode(List.of(List.of(files))).get(0));
  }

  private static Sink result(Source source, int partition) {
    return new Sink.Result(source, new BlockId.Result(7, partition));
  }

  private static ClosureId closure(long number) {
    return new ClosureId(0, number);
  }
}
