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
import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ClosureId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.util.Msgpack;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePacker;

/**
 * Writes one plan, as {@link PlanCodec} says. Each method writes one node and returns where it
 * wrote, as the packer's own methods do.
 */
final class PlanWriter
    implements Source.Visitor<MessagePacker, IOException>,
        Sink.Visitor<MessagePacker, IOException>,
        ReadMode.Visitor<MessagePacker, IOException>,
        Partitioner.Visitor<MessagePacker, IOException> {
  private final MessagePacker out;

  /** The numbers of the children of the node that is being written, from left to right. */
  private final Deque<Integer> children = new ArrayDeque<>();

  /** The numbers of nodes that no parent has named yet, the last first. */
  private final Deque<Integer> parentless = new ArrayDeque<>();

  private PlanWriter(MessagePacker out) {
    this.out = requireNonNull(out, "out is null");
  }

  static void write(MessagePacker out, Sink plan) throws IOException {
    new PlanWriter(out).writeAll(requireNonNull(plan, "plan is null"));
  }

  private void writeAll(Sink plan) throws IOException {
    List<Source> sources = plan.source().nodes();
    out.packArrayHeader(sources.size() + 1);
    int number = 0;
    for (Source source : sources) {
      claim(source);
      source.accept(this);
      parentless.push(number++);
    }
    claim(plan);
    plan.accept(this);
  }

  /** What a node reads has just been written: it is the last that nobody has claimed yet. */
  private void claim(Plan node) {
    for (int i = node.children().size(); i > 0; i--) {
      children.push(parentless.pop());
    }
  }

  /** Names the next child by its number. */
  private MessagePacker child() throws IOException {
    return out.packInt(children.pop());
  }

  @Override
  public MessagePacker visit(Sink.Result sink) throws IOException {
    begin(RESULT, 3);
    child();
    return out.packString(sink.block().name());
  }

  @Override
  public MessagePacker visit(Sink.ShuffleWrite sink) throws IOException {
    begin(SHUFFLE_WRITE, 6);
    child();
    out.packString(sink.block().name());
    out.packInt(sink.partitions());
    sink.partitioner().accept(this);
    return writeCombine(sink.combine());
  }

  @Override
  public MessagePacker visit(Sink.SaveText sink) throws IOException {
    begin(SAVE_TEXT, 5);
    child();
    out.packString(sink.directory());
    out.packInt(sink.partition());
    return writeNullable(sink.codec());
  }

  @Override
  public MessagePacker visit(Sink.Count sink) throws IOException {
    begin(COUNT, 2);
    return child();
  }

  @Override
  public MessagePacker visit(Sink.Exchange sink) throws IOException {
    begin(EXCHANGE, 3);
    child();
    return out.packInt(sink.number());
  }

  @Override
  public MessagePacker visit(Sink.BlockWrite sink) throws IOException {
    begin(BLOCK_WRITE, 5);
    child();
    out.packString(sink.directory());
    out.packInt(sink.partition());
    return out.packString(sink.name());
  }

  @Override
  public MessagePacker visit(Source.Pipeline source) throws IOException {
    begin(PIPELINE, 4);
    child();
    out.packString(source.closure().name());
    return out.packInt(source.partition());
  }

  @Override
  public MessagePacker visit(Source.Cached source) throws IOException {
    begin(CACHED, 4);
    child();
    out.packString(source.block().name());
    return writeLevel(source.level());
  }

  @Override
  public MessagePacker visit(Source.Crossing source) throws IOException {
    begin(CROSSING, 4);
    child();
    out.packString(source.from().wire());
    return out.packInt(source.number());
  }

  @Override
  public MessagePacker visit(Source.Chain source) throws IOException {
    begin(CHAIN, 2);
    out.packArrayHeader(source.sources().size());
    for (int i = source.sources().size(); i > 0; i--) {
      child();
    }
    return out;
  }

  @Override
  public MessagePacker visit(Source.Zip source) throws IOException {
    begin(ZIP, 3);
    child();
    return child();
  }

  @Override
  public MessagePacker visit(Source.Product source) throws IOException {
    begin(PRODUCT, 3);
    child();
    return child();
  }

  @Override
  public MessagePacker visit(Source.ShuffleRead source) throws IOException {
    begin(SHUFFLE_READ, 4);
    out.packString(source.shuffle().name());
    out.packInt(source.partition());
    return source.how().accept(this);
  }

  @Override
  public MessagePacker visit(Source.Block source) throws IOException {
    begin(BLOCK, 5);
    out.packString(source.block().name());
    out.packLong(source.bytes());
    out.packLong(source.records());
    return out.packLong(source.attempt());
  }

  @Override
  public MessagePacker visit(Source.Saved source) throws IOException {
    SavedPart part = source.part();
    begin(SAVED, 6);
    out.packString(part.path());
    out.packString(part.name());
    out.packLong(part.bytes());
    out.packLong(part.records());
    return out.packLong(part.attempt());
  }

  @Override
  public MessagePacker visit(Source.Input source) throws IOException {
    begin(INPUT, 4);
    out.packString(source.format());
    Msgpack.write(out, source.options());
    byte[] split = source.split().bytes();
    out.packBinaryHeader(split.length);
    out.writePayload(split);
    return out;
  }

  @Override
  public MessagePacker visit(Source.FileSlice source) throws IOException {
    begin(FILE_SLICE, 6);
    out.packString(source.block().name());
    out.packLong(source.from());
    out.packLong(source.to());
    out.packLong(source.records());
    return out.packLong(source.firstBatch());
  }

  @Override
  public MessagePacker visit(Source.Range source) throws IOException {
    begin(RANGE, 4);
    out.packString(source.start());
    out.packString(source.step());
    return out.packLong(source.count());
  }

  @Override
  public MessagePacker visit(Source.Empty source) throws IOException {
    return begin(EMPTY, 1);
  }

  @Override
  public MessagePacker visit(ReadMode.Plain how) throws IOException {
    return begin(PLAIN, 1);
  }

  @Override
  public MessagePacker visit(ReadMode.Combined how) throws IOException {
    begin(COMBINED, 2);
    return out.packString(how.closure().name());
  }

  @Override
  public MessagePacker visit(ReadMode.Grouped how) throws IOException {
    return begin(GROUPED, 1);
  }

  @Override
  public MessagePacker visit(ReadMode.Samples how) throws IOException {
    return begin(SAMPLES, 1);
  }

  @Override
  public MessagePacker visit(ReadMode.Sorted how) throws IOException {
    begin(SORTED, 5);
    writeNullable(how.bounds() == null ? null : how.bounds().name());
    out.packInt(how.partitions());
    out.packString(how.closure().name());
    return out.packBoolean(how.ascending());
  }

  @Override
  public MessagePacker visit(Partitioner.Hash partitioner) throws IOException {
    return begin(HASH, 1);
  }

  @Override
  public MessagePacker visit(Partitioner.Custom partitioner) throws IOException {
    begin(CUSTOM, 2);
    return out.packString(partitioner.closure().name());
  }

  @Override
  public MessagePacker visit(Partitioner.Sort partitioner) throws IOException {
    begin(SORT, 3);
    out.packString(partitioner.closure().name());
    return out.packBoolean(partitioner.ascending());
  }

  private MessagePacker writeCombine(@Nullable ClosureId combine) throws IOException {
    return combine == null ? out.packNil() : begin(COMBINE, 2).packString(combine.name());
  }

  private MessagePacker writeLevel(StorageLevel level) throws IOException {
    out.packMapHeader(5);
    out.packString("disk").packBoolean(level.disk());
    out.packString("memory").packBoolean(level.memory());
    out.packString("off_heap").packBoolean(level.offHeap());
    out.packString("deserialized").packBoolean(level.deserialized());
    return out.packString("replication").packInt(level.replication());
  }

  private MessagePacker writeNullable(@Nullable String text) throws IOException {
    return text == null ? out.packNil() : out.packString(text);
  }

  private MessagePacker begin(String name, int length) throws IOException {
    return out.packArrayHeader(length).packString(name);
  }
}
