package dev.firesteel.plan;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.Split;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.SavedPart;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Draws plans of all kinds of nodes, the same ones from the same seed. */
final class PlanDrawing {
  private static final String[] TEXTS = {
    "", "/data/é.txt", "file:/data/a b", "rdd_0_9_1", "𝄞".repeat(100)
  };

  private final Random random;

  PlanDrawing(long seed) {
    this.random = new Random(seed);
  }

  /** A plan whose nodes are nested at most so deep. */
  Sink sink(int depth) {
    Source source = source(depth);
    List<Supplier<Sink>> kinds =
        List.of(
            () -> new Sink.Result(source, new BlockId.Result(number(), small())),
            () ->
                new Sink.ShuffleWrite(
                    source,
                    new BlockId.ShuffleMap(shuffle(), small()),
                    small(),
                    partitioner(),
                    random.nextBoolean() ? closure() : null),
            () -> new Sink.Exchange(source, small()),
            () -> new Sink.Count(source),
            () -> new Sink.BlockWrite(source, text(), small(), text()),
            () -> new Sink.SaveText(source, text(), small(), textOrNull()));
    return one(kinds);
  }

  Source source(int depth) {
    List<Supplier<Source>> leaves =
        List.of(
            () -> new Source.Input(text(), options(), split()),
            () ->
                new Source.FileSlice(
                    new BlockId.Input(node()), number(), number(), number(), number()),
            () -> new Source.Range(integer(), integer(), number()),
            () -> new Source.Block(block(), number(), number(), number()),
            () -> new Source.Saved(new SavedPart(text(), text(), number(), number(), number())),
            () -> new Source.ShuffleRead(shuffle(), small(), readMode()),
            Source.Empty::new);
    if (depth == 0) {
      return one(leaves);
    }
    List<Supplier<Source>> inner =
        List.of(
            () ->
                new Source.Chain(
                    IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> source(depth - 1))
                        .toList()),
            () -> new Source.Zip(source(depth - 1), source(depth - 1)),
            () -> new Source.Product(source(depth - 1), source(depth - 1)),
            () -> new Source.Pipeline(source(depth - 1), closure(), small()),
            () -> new Source.Cached(source(depth - 1), block(), level()),
            () -> new Source.Crossing(source(depth - 1), one(Language.values()), small()));
    return one(random.nextInt(4) == 0 ? leaves : inner);
  }

  private ReadMode readMode() {
    List<Supplier<ReadMode>> kinds =
        List.of(
            ReadMode.Plain::new,
            () -> new ReadMode.Combined(closure()),
            ReadMode.Grouped::new,
            ReadMode.Samples::new,
            () ->
                new ReadMode.Sorted(
                    random.nextBoolean() ? shuffle() : null,
                    small(),
                    closure(),
                    random.nextBoolean()));
    return one(kinds);
  }

  private Partitioner partitioner() {
    List<Supplier<Partitioner>> kinds =
        List.of(
            Partitioner.Hash::new,
            () -> new Partitioner.Custom(closure()),
            () -> new Partitioner.Sort(closure(), random.nextBoolean()));
    return one(kinds);
  }

  private Split split() {
    byte[] bytes = new byte[random.nextInt(100)];
    random.nextBytes(bytes);
    return new Split(bytes);
  }

  private Map<String, String> options() {
    return random.nextBoolean() ? Map.of() : Map.of("delimiter", text(), "é", text());
  }

  private StorageLevel level() {
    return new StorageLevel(
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean(),
        1 + random.nextInt(2));
  }

  private BlockId.Rdd block() {
    return new BlockId.Rdd(node(), small());
  }

  private NodeId node() {
    return new NodeId(small(), number());
  }

  private ShuffleId shuffle() {
    return new ShuffleId(small(), number());
  }

  private ClosureId closure() {
    return new ClosureId(small(), number());
  }

  /** A number of any width. */
  private long number() {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private int small() {
    return random.nextInt() >>> (1 + random.nextInt(31));
  }

  private String integer() {
    return new BigInteger(100, random).subtract(BigInteger.ONE.shiftLeft(99)).toString();
  }

  private String text() {
    return one(TEXTS);
  }

  private @Nullable String textOrNull() {
    return random.nextBoolean() ? text() : null;
  }

  private <T> T one(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T one(List<Supplier<T>> kinds) {
    return kinds.get(random.nextInt(kinds.size())).get();
  }
}
