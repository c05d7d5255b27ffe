package dev.firesteel.job;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
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
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.lineage.ShuffleDependency;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of drivers from MessagePack. This is the only place in Java where the wire names
 * of lineage are declared. Thread-safe.
 */
public final class JobRequestCodec {
  private JobRequestCodec() {}

  /**
   * Reads a request to run a job.
   *
   * @param files finds what {@code describeFiles} listed
   * @throws ProtocolException if it is not one
   */
  public static JobRequest decode(
      byte[] message, LongFunction<Optional<InputFormat.Listing>> files) {
    requireNonNull(files, "files is null");
    Fields request = Msgpack.unpackMap(message);
    int driver = request.integer("driver");
    List<Integer> partitions =
        request.has("partitions")
            ? each(request, "partitions", item -> Fields.asInt(item, "partition"))
            : null;
    return new JobRequest(
        driver,
        request.number("job"),
        request.has("site") ? request.string("site") : "",
        new Reader(driver, files).update(request),
        new Reader(driver, files).nodeId(request.get("target")),
        partitions,
        sink(request.list("sink")),
        request.strings("path"),
        request.stringMap("properties"),
        request.has("max_result_size") ? request.number("max_result_size") : 0,
        request.has("after") ? request.number("after") : null);
  }

  /**
   * Reads an update without a job.
   *
   * @param files finds what {@code describeFiles} listed
   * @throws ProtocolException if it is not one
   */
  public static LineageUpdate decodeUpdate(
      byte[] message, LongFunction<Optional<InputFormat.Listing>> files) {
    requireNonNull(files, "files is null");
    Fields update = Msgpack.unpackMap(message);
    int driver = update.has("driver") ? update.integer("driver") : 0;
    return new Reader(driver, files).update(update);
  }

  /**
   * Reads a reference to a node.
   *
   * @param driver whose nodes are named by a number alone
   * @throws ProtocolException if it is none
   */
  public static NodeId decodeNode(int driver, @Nullable Object reference) {
    return new Reader(driver, number -> Optional.empty()).nodeId(reference);
  }

  private static JobSink sink(List<?> sink) {
    String name = text(sink, 0, "sink");
    return switch (name) {
      case "Result" -> new JobSink.Result();
      case "Count" -> new JobSink.Count();
      case "BlockWrite" -> new JobSink.BlockWrite(text(sink, 1, "sink"));
      case "SaveText" -> new JobSink.SaveText(text(sink, 1, "sink"), textOrNull(sink, 2, "sink"));
      default -> throw new ProtocolException("There is no sink " + name);
    };
  }

  private static <T> List<T> each(Fields fields, String name, Function<Object, T> read) {
    List<?> items = fields.listOrEmpty(name);
    List<T> values = new ArrayList<>(items.size());
    for (Object item : items) {
      values.add(read.apply(item));
    }
    return values;
  }

  private static @Nullable Object at(List<?> list, int index, String where) {
    if (index >= list.size()) {
      throw new ProtocolException(
          where + " has " + list.size() + " elements, and needs one at " + index);
    }
    return list.get(index);
  }

  private static String text(List<?> list, int index, String where) {
    return Fields.asString(at(list, index, where), where);
  }

  private static @Nullable String textOrNull(List<?> list, int index, String where) {
    Object value = index < list.size() ? list.get(index) : null;
    return value == null ? null : Fields.asString(value, where);
  }

  private static boolean flag(List<?> list, int index, String where) {
    if (at(list, index, where) instanceof Boolean value) {
      return value;
    }
    throw new ProtocolException(where + " should have true or false at " + index);
  }

  private static Language language(String name) {
    try {
      return Language.parse(name);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("There is no language " + name, e);
    }
  }

  /** Reads the lineage of one driver. */
  private record Reader(int driver, LongFunction<Optional<InputFormat.Listing>> files) {

    LineageUpdate update(Fields request) {
      return new LineageUpdate(
          each(request, "nodes", item -> node(Fields.of(item, "node"))),
          each(request, "shuffles", item -> shuffle(Fields.of(item, "shuffle"))),
          each(request, "closures", item -> closure(Fields.asList(item, "closure"))),
          each(request, "broadcasts", item -> broadcast(Fields.asList(item, "broadcast"))),
          each(request, "persist", item -> level(Fields.asList(item, "persist"))),
          request.has("release") ? release(request.fields("release")) : LineageUpdate.Release.NONE,
          each(request, "clean", this::shuffleId),
          each(request, "cuts", item -> cut(Fields.of(item, "cut"))));
    }

    /** A node of this driver by its number, one of another as {@code [driver, number]}. */
    NodeId nodeId(@Nullable Object reference) {
      if (reference instanceof List<?> pair) {
        return new NodeId(
            Fields.asInt(at(pair, 0, "node"), "driver"),
            Fields.asLong(at(pair, 1, "node"), "node"));
      }
      return new NodeId(driver, Fields.asLong(reference, "node"));
    }

    private LineageUpdate.Held held(Object reference) {
      return new LineageUpdate.Held(driver, nodeId(reference));
    }

    private ShuffleId shuffleId(Object number) {
      return new ShuffleId(driver, Fields.asLong(number, "shuffle"));
    }

    private ClosureId closureId(@Nullable Object number) {
      return new ClosureId(driver, Fields.asLong(number, "closure"));
    }

    private BroadcastId broadcastId(Object number) {
      return new BroadcastId(driver, Fields.asLong(number, "broadcast"));
    }

    private Node node(Fields node) {
      NodeId id = new NodeId(driver, node.number("id"));
      String site = node.has("site") ? node.string("site") : "";
      String op = node.string("op");
      return switch (op) {
        case "input" ->
            new Node.Input(
                id,
                site,
                node.string("format"),
                node.stringMap("options"),
                splits(node),
                Set.copyOf(
                    node.strings("readers").stream().map(JobRequestCodec::language).toList()));
        case "slices" ->
            new Node.Slices(id, site, node.string("path"), each(node, "slices", this::slice));
        case "saved" -> saved(id, site, node);
        case "range" ->
            new Node.Range(
                id,
                site,
                node.string("start"),
                node.string("step"),
                node.number("count"),
                node.integer("partitions"));
        case "empty" -> new Node.Empty(id, site);
        case "pipeline" ->
            new Node.Pipeline(
                id,
                site,
                nodeId(node.get("parent")),
                closureId(node.get("closure")),
                node.has("barrier") && node.flag("barrier"),
                node.has("language") ? language(node.string("language")) : Language.PYTHON);
        case "crossing" ->
            new Node.Crossing(id, site, nodeId(node.get("parent")), language(node.string("to")));
        case "union" -> new Node.Union(id, site, each(node, "parents", this::nodeId));
        case "aligned" -> new Node.Aligned(id, site, each(node, "parents", this::nodeId));
        case "coalesced" ->
            new Node.Coalesced(id, site, nodeId(node.get("parent")), node.integer("partitions"));
        case "zipped" ->
            new Node.Zipped(id, site, nodeId(node.get("left")), nodeId(node.get("right")));
        case "product" ->
            new Node.Product(id, site, nodeId(node.get("left")), nodeId(node.get("right")));
        case "shuffled" ->
            new Node.Shuffled(
                id, site, shuffleId(node.number("shuffle")), readMode(node.list("how")));
        case "samples" ->
            new Node.Shuffled(id, site, shuffleId(node.number("shuffle")), new ReadMode.Samples());
        case "sorted" ->
            new Node.Shuffled(id, site, shuffleId(node.number("shuffle")), sorted(node));
        default -> throw new ProtocolException("There is no kind of node " + op);
      };
    }

    /** Those that the engine has listed, by their number, or those that the driver has made. */
    private List<Split> splits(Fields node) {
      if (!node.has("files")) {
        return each(node, "splits", this::split);
      }
      long number = node.number("files");
      return files
          .apply(number)
          .orElseThrow(() -> new ProtocolException("There are no files of number " + number))
          .splits();
    }

    private Split split(Object item) {
      if (item instanceof byte[] bytes) {
        return new Split(bytes);
      }
      throw new ProtocolException("A split is not bytes");
    }

    private Node.Saved cut(Fields cut) {
      return saved(nodeId(cut.get("id")), cut.string("site"), cut);
    }

    private Node.Saved saved(NodeId id, String site, Fields node) {
      return new Node.Saved(
          id, site, node.string("directory"), each(node, "parts", this::savedPart));
    }

    private SavedPart savedPart(Object item) {
      List<?> part = Fields.asList(item, "part");
      return new SavedPart(
          text(part, 0, "part"),
          text(part, 1, "part"),
          Fields.asLong(at(part, 2, "part"), "part"),
          Fields.asLong(at(part, 3, "part"), "part"),
          Fields.asLong(at(part, 4, "part"), "part"));
    }

    private Node.Slice slice(Object item) {
      List<?> slice = Fields.asList(item, "slice");
      long[] numbers =
          IntStream.range(0, 4)
              .mapToLong(index -> Fields.asLong(at(slice, index, "slice"), "slice"))
              .toArray();
      return new Node.Slice(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private ReadMode readMode(List<?> how) {
      String name = text(how, 0, "how");
      return switch (name) {
        case "plain" -> new ReadMode.Plain();
        case "combined" -> new ReadMode.Combined(closureId(at(how, 1, "how")));
        case "grouped" -> new ReadMode.Grouped();
        default -> throw new ProtocolException("There is no way " + name + " to read a shuffle");
      };
    }

    private ReadMode sorted(Fields node) {
      return new ReadMode.Sorted(
          node.has("bounds") ? shuffleId(node.number("bounds")) : null,
          node.integer("partitions"),
          closureId(node.get("closure")),
          node.flag("ascending"));
    }

    private ShuffleDependency shuffle(Fields shuffle) {
      List<?> combine = shuffle.listOrEmpty("combine");
      return new ShuffleDependency(
          new ShuffleId(driver, shuffle.number("id")),
          nodeId(shuffle.get("parent")),
          shuffle.integer("partitions"),
          partitioner(shuffle.list("partitioner")),
          combine.isEmpty() ? null : closureId(at(combine, 1, "combine")),
          shuffle.has("site") ? shuffle.string("site") : "");
    }

    private Partitioner partitioner(List<?> partitioner) {
      String name = text(partitioner, 0, "partitioner");
      return switch (name) {
        case "hash" -> new Partitioner.Hash();
        case "custom" -> new Partitioner.Custom(closureId(at(partitioner, 1, "partitioner")));
        case "sort" ->
            new Partitioner.Sort(
                closureId(at(partitioner, 1, "partitioner")), flag(partitioner, 2, "partitioner"));
        default -> throw new ProtocolException("There is no partitioner " + name);
      };
    }

    private LineageUpdate.ClosureFile closure(List<?> closure) {
      List<BroadcastId> captured = new ArrayList<>();
      for (Object number : Fields.asList(at(closure, 2, "closure"), "closure")) {
        captured.add(broadcastId(number));
      }
      return new LineageUpdate.ClosureFile(
          closureId(at(closure, 0, "closure")), text(closure, 1, "closure"), captured);
    }

    private LineageUpdate.BroadcastFile broadcast(List<?> broadcast) {
      Object number = Fields.asLong(at(broadcast, 0, "broadcast"), "broadcast");
      return new LineageUpdate.BroadcastFile(broadcastId(number), text(broadcast, 1, "broadcast"));
    }

    private LineageUpdate.LevelChange level(List<?> change) {
      NodeId node = nodeId(at(change, 0, "persist"));
      Object level = at(change, 1, "persist");
      return new LineageUpdate.LevelChange(
          node, level == null ? null : level(Fields.of(level, "level")));
    }

    private StorageLevel level(Fields level) {
      return new StorageLevel(
          level.flag("disk"),
          level.flag("memory"),
          level.flag("off_heap"),
          level.flag("deserialized"),
          level.integer("replication"));
    }

    private LineageUpdate.Release release(Fields release) {
      return new LineageUpdate.Release(
          each(release, "nodes", this::nodeId),
          each(release, "shuffles", this::shuffleId),
          each(release, "closures", this::closureId),
          each(release, "broadcasts", this::broadcastId),
          each(release, "inputs", item -> Fields.asString(item, "input")),
          each(release, "files", item -> Fields.asLong(item, "files")),
          each(release, "held", this::held));
    }
  }
}
