package dev.firesteel.plan;

import static dev.firesteel.plan.WireNames.BLOCK;
import static dev.firesteel.plan.WireNames.BLOCK_WRITE;
import static dev.firesteel.plan.WireNames.CACHED;
import static dev.firesteel.plan.WireNames.CHAIN;
import static dev.firesteel.plan.WireNames.COMBINE;
import static dev.firesteel.plan.WireNames.COMBINED;
import static dev.firesteel.plan.WireNames.COUNT;
import static dev.firesteel.plan.WireNames.CROSSING;
import static dev.firesteel.plan.WireNames.CUSTOM;
import static dev.firesteel.plan.WireNames.EMPTY;
import static dev.firesteel.plan.WireNames.EXCHANGE;
import static dev.firesteel.plan.WireNames.FILE_SLICE;
import static dev.firesteel.plan.WireNames.GROUPED;
import static dev.firesteel.plan.WireNames.HASH;
import static dev.firesteel.plan.WireNames.INPUT;
import static dev.firesteel.plan.WireNames.PIPELINE;
import static dev.firesteel.plan.WireNames.PLAIN;
import static dev.firesteel.plan.WireNames.PRODUCT;
import static dev.firesteel.plan.WireNames.RANGE;
import static dev.firesteel.plan.WireNames.RESULT;
import static dev.firesteel.plan.WireNames.SAMPLES;
import static dev.firesteel.plan.WireNames.SAVED;
import static dev.firesteel.plan.WireNames.SAVE_TEXT;
import static dev.firesteel.plan.WireNames.SHUFFLE_READ;
import static dev.firesteel.plan.WireNames.SHUFFLE_WRITE;
import static dev.firesteel.plan.WireNames.SORT;
import static dev.firesteel.plan.WireNames.SORTED;
import static dev.firesteel.plan.WireNames.ZIP;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.Split;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.util.Fields;
import dev.firesteel.util.ProtocolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one plan, as {@link PlanCodec} says; what is none is refused, whatever is wrong with it.
 */
final class PlanReader {
  /** What has been read and is named by no parent yet, by its number. */
  private final Map<Integer, Source> parentless = new HashMap<>();

  private PlanReader() {}

  static Sink read(List<?> nodes) {
    PlanReader reader = new PlanReader();
    int last = nodes.size() - 1;
    if (last < 0) {
      throw new ProtocolException("A plan has no nodes");
    }
    int number = 0;
    try {
      while (number < last) {
        reader.parentless.put(number, reader.source(new Row(nodes.get(number))));
        number++;
      }
      Sink sink = reader.sink(new Row(nodes.get(last)));
      if (!reader.parentless.isEmpty()) {
        throw new ProtocolException("nobody reads the nodes " + reader.parentless.keySet());
      }
      return sink;
    } catch (IllegalArgumentException | ProtocolException e) {
      throw new ProtocolException("Node " + number + " of a plan can't be: " + e.getMessage(), e);
    }
  }

  /** The fields of a node, from 1; the name is 0. */
  private record Row(List<?> fields) {
    Row(@Nullable Object row) {
      this(Fields.asList(row, "node"));
    }

    @Nullable Object get(int index) {
      if (index >= fields.size()) {
        throw new ProtocolException("it has " + fields.size() + " fields, and none at " + index);
      }
      return fields.get(index);
    }

    String name() {
      return text(0);
    }

    String text(int index) {
      return Fields.asString(get(index), "field " + index);
    }

    @Nullable String textOrNull(int index) {
      return get(index) == null ? null : text(index);
    }

    long number(int index) {
      return Fields.asLong(get(index), "field " + index);
    }

    int integer(int index) {
      return Fields.asInt(get(index), "field " + index);
    }

    boolean flag(int index) {
      if (get(index) instanceof Boolean value) {
        return value;
      }
      throw new ProtocolException("field " + index + " should be true or false");
    }

    Row row(int index) {
      return new Row(get(index));
    }

    byte[] bytes(int index) {
      if (get(index) instanceof byte[] value) {
        return value;
      }
      throw new ProtocolException("field " + index + " should be bytes");
    }

    <T extends BlockId> T block(int index, Class<T> kind) {
      BlockId block = BlockId.parse(text(index));
      if (!kind.isInstance(block)) {
        throw new ProtocolException(block.name() + " is no " + kind.getSimpleName());
      }
      return kind.cast(block);
    }

    ClosureId closure(int index) {
      return block(index, BlockId.Closure.class).closure();
    }

    ShuffleId shuffle(int index) {
      return block(index, BlockId.Shuffle.class).shuffle();
    }
  }

  /** The child that a node names. */
  private Source child(@Nullable Object number) {
    Source child = parentless.remove(Fields.asInt(number, "child"));
    if (child == null) {
      throw new ProtocolException(
          "it reads " + number + ", which is not before it, or read already");
    }
    return child;
  }

  private Sink sink(Row node) {
    return switch (node.name()) {
      case RESULT -> new Sink.Result(child(node.get(1)), node.block(2, BlockId.Result.class));
      case SHUFFLE_WRITE ->
          new Sink.ShuffleWrite(
              child(node.get(1)),
              node.block(2, BlockId.ShuffleMap.class),
              node.integer(3),
              partitioner(node.row(4)),
              node.get(5) == null ? null : combine(node.row(5)));
      case SAVE_TEXT ->
          new Sink.SaveText(child(node.get(1)), node.text(2), node.integer(3), node.textOrNull(4));
      case COUNT -> new Sink.Count(child(node.get(1)));
      case EXCHANGE -> new Sink.Exchange(child(node.get(1)), node.integer(2));
      case BLOCK_WRITE ->
          new Sink.BlockWrite(child(node.get(1)), node.text(2), node.integer(3), node.text(4));
      default -> throw new ProtocolException("there is no sink " + node.name());
    };
  }

  private Source source(Row node) {
    return switch (node.name()) {
      case PIPELINE -> new Source.Pipeline(child(node.get(1)), node.closure(2), node.integer(3));
      case CACHED ->
          new Source.Cached(
              child(node.get(1)), node.block(2, BlockId.Rdd.class), level(node.get(3)));
      case CROSSING ->
          new Source.Crossing(child(node.get(1)), Language.parse(node.text(2)), node.integer(3));
      case CHAIN -> new Source.Chain(children(node.get(1)));
      case ZIP -> new Source.Zip(child(node.get(1)), child(node.get(2)));
      case PRODUCT -> new Source.Product(child(node.get(1)), child(node.get(2)));
      case SHUFFLE_READ ->
          new Source.ShuffleRead(node.shuffle(1), node.integer(2), readMode(node.row(3)));
      case BLOCK ->
          new Source.Block(
              node.block(1, BlockId.Rdd.class), node.number(2), node.number(3), node.number(4));
      case SAVED ->
          new Source.Saved(
              new SavedPart(
                  node.text(1), node.text(2), node.number(3), node.number(4), node.number(5)));
      case INPUT -> new Source.Input(node.text(1), options(node.get(2)), new Split(node.bytes(3)));
      case FILE_SLICE ->
          new Source.FileSlice(
              node.block(1, BlockId.Input.class),
              node.number(2),
              node.number(3),
              node.number(4),
              node.number(5));
      case RANGE -> new Source.Range(node.text(1), node.text(2), node.number(3));
      case EMPTY -> new Source.Empty();
      default -> throw new ProtocolException("there is no source " + node.name());
    };
  }

  private List<Source> children(@Nullable Object numbers) {
    List<Source> children = new ArrayList<>();
    Fields.asList(numbers, "children").forEach(number -> children.add(child(number)));
    return children;
  }

  private static Map<String, String> options(@Nullable Object options) {
    if (options == null) {
      throw new ProtocolException("it has no options");
    }
    return Fields.of(Map.of("options", options), "node").stringMap("options");
  }

  private static ReadMode readMode(Row how) {
    return switch (how.name()) {
      case PLAIN -> new ReadMode.Plain();
      case COMBINED -> new ReadMode.Combined(how.closure(1));
      case GROUPED -> new ReadMode.Grouped();
      case SAMPLES -> new ReadMode.Samples();
      case SORTED ->
          new ReadMode.Sorted(
              how.get(1) == null ? null : how.shuffle(1),
              how.integer(2),
              how.closure(3),
              how.flag(4));
      default -> throw new ProtocolException("there is no way " + how.name() + " to read");
    };
  }

  private static Partitioner partitioner(Row partitioner) {
    return switch (partitioner.name()) {
      case HASH -> new Partitioner.Hash();
      case CUSTOM -> new Partitioner.Custom(partitioner.closure(1));
      case SORT -> new Partitioner.Sort(partitioner.closure(1), partitioner.flag(2));
      default -> throw new ProtocolException("there is no partitioner " + partitioner.name());
    };
  }

  private static ClosureId combine(Row combine) {
    if (!combine.name().equals(COMBINE)) {
      throw new ProtocolException("there is no " + combine.name() + " to combine with");
    }
    return combine.closure(1);
  }

  private static StorageLevel level(@Nullable Object level) {
    Fields fields = Fields.of(level, "level");
    return new StorageLevel(
        fields.flag("disk"),
        fields.flag("memory"),
        fields.flag("off_heap"),
        fields.flag("deserialized"),
        fields.integer("replication"));
  }
}
