package dev.firesteel.plan;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.ClosureId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.FileSplit;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.SavedPart;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePacker;

/**
 * Writes plans as MessagePack: an array of nodes, children first. A node is an array whose first
 * element is the name of the record, and which names its children by their numbers: plans may be
 * thousands deep, and readers of MessagePack bound how far arrays are nested. This is the only
 * place in Java where the wire codes of plans are declared.
 *
 * <p>Each method writes one node and returns where it wrote, as the packer's own methods do.
 */
public final class PlanCodec
    implements Source.Visitor<MessagePacker, IOException>,
        Sink.Visitor<MessagePacker, IOException>,
        ReadMode.Visitor<MessagePacker, IOException>,
        Partitioner.Visitor<MessagePacker, IOException> {
  private final MessagePacker out;

  /** The numbers of the children of the node that is being written, from left to right. */
  private final Deque<Integer> children = new ArrayDeque<>();

  /** The numbers of nodes that no parent has named yet, the last first. */
  private final Deque<Integer> parentless = new ArrayDeque<>();

  private PlanCodec(MessagePacker out) {
    this.out = requireNonNull(out, "out is null");
  }

  /** Writes one plan. */
  public static void write(MessagePacker out, Sink plan) throws IOException {
    requireNonNull(plan, "plan is null");
    new PlanCodec(out).writeAll(plan);
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
    begin("Result", 3);
    child();
    return out.packString(sink.block().name());
  }

  @Override
  public MessagePacker visit(Sink.ShuffleWrite sink) throws IOException {
    begin("ShuffleWrite", 6);
    child();
    out.packString(sink.block().name());
    out.packInt(sink.partitions());
    sink.partitioner().accept(this);
    return writeCombine(sink.combine());
  }

  @Override
  public MessagePacker visit(Sink.SaveText sink) throws IOException {
    begin("SaveText", 5);
    child();
    out.packString(sink.directory());
    out.packInt(sink.partition());
    return writeNullable(sink.codec());
  }

  @Override
  public MessagePacker visit(Sink.Count sink) throws IOException {
    begin("Count", 2);
    return child();
  }

  @Override
  public MessagePacker visit(Sink.Exchange sink) throws IOException {
    begin("Exchange", 3);
    child();
    return out.packInt(sink.number());
  }

  @Override
  public MessagePacker visit(Sink.BlockWrite sink) throws IOException {
    begin("BlockWrite", 5);
    child();
    out.packString(sink.directory());
    out.packInt(sink.partition());
    return out.packString(sink.name());
  }

  @Override
  public MessagePacker visit(Source.Pipeline source) throws IOException {
    begin("Pipeline", 4);
    child();
    out.packString(source.closure().name());
    return out.packInt(source.partition());
  }

  @Override
  public MessagePacker visit(Source.Cached source) throws IOException {
    begin("Cached", 4);
    child();
    out.packString(source.block().name());
    return writeLevel(source.level());
  }

  @Override
  public MessagePacker visit(Source.Crossing source) throws IOException {
    begin("Crossing", 4);
    child();
    out.packString(source.from().wire());
    return out.packInt(source.number());
  }

  @Override
  public MessagePacker visit(Source.Chain source) throws IOException {
    begin("Chain", 2);
    out.packArrayHeader(source.sources().size());
    for (int i = source.sources().size(); i > 0; i--) {
      child();
    }
    return out;
  }

  @Override
  public MessagePacker visit(Source.Zip source) throws IOException {
    begin("Zip", 3);
    child();
    return child();
  }

  @Override
  public MessagePacker visit(Source.Product source) throws IOException {
    begin("Product", 3);
    child();
    return child();
  }

  @Override
  public MessagePacker visit(Source.ShuffleRead source) throws IOException {
    begin("ShuffleRead", 4);
    out.packString(source.shuffle().name());
    out.packInt(source.partition());
    return source.how().accept(this);
  }

  @Override
  public MessagePacker visit(Source.Block source) throws IOException {
    begin("Block", 5);
    out.packString(source.block().name());
    out.packLong(source.bytes());
    out.packLong(source.records());
    return out.packLong(source.attempt());
  }

  @Override
  public MessagePacker visit(Source.Saved source) throws IOException {
    SavedPart part = source.part();
    begin("Saved", 6);
    out.packString(part.path());
    out.packString(part.name());
    out.packLong(part.bytes());
    out.packLong(part.records());
    return out.packLong(part.attempt());
  }

  @Override
  public MessagePacker visit(Source.TextSplit source) throws IOException {
    FileSplit split = source.split();
    begin("TextSplit", 7);
    out.packString(split.path());
    out.packLong(split.start());
    out.packLong(split.length());
    out.packLong(split.size());
    out.packLong(split.modifiedNanos());
    return writeNullable(split.codec());
  }

  @Override
  public MessagePacker visit(Source.WholeFile source) throws IOException {
    FileSplit file = source.file();
    begin("WholeFile", 6);
    out.packString(file.path());
    out.packString(file.uri());
    out.packLong(file.size());
    out.packLong(file.modifiedNanos());
    return writeNullable(file.codec());
  }

  @Override
  public MessagePacker visit(Source.FileSlice source) throws IOException {
    begin("FileSlice", 6);
    out.packString(source.block().name());
    out.packLong(source.from());
    out.packLong(source.to());
    out.packLong(source.records());
    return out.packLong(source.firstBatch());
  }

  @Override
  public MessagePacker visit(Source.Range source) throws IOException {
    begin("Range", 4);
    out.packString(source.start());
    out.packString(source.step());
    return out.packLong(source.count());
  }

  @Override
  public MessagePacker visit(Source.Empty source) throws IOException {
    return begin("Empty", 1);
  }

  @Override
  public MessagePacker visit(ReadMode.Plain how) throws IOException {
    return begin("plain", 1);
  }

  @Override
  public MessagePacker visit(ReadMode.Combined how) throws IOException {
    begin("combined", 2);
    return out.packString(how.closure().name());
  }

  @Override
  public MessagePacker visit(ReadMode.Grouped how) throws IOException {
    return begin("grouped", 1);
  }

  @Override
  public MessagePacker visit(ReadMode.Samples how) throws IOException {
    return begin("samples", 1);
  }

  @Override
  public MessagePacker visit(ReadMode.Sorted how) throws IOException {
    begin("sorted", 5);
    writeNullable(how.bounds() == null ? null : how.bounds().name());
    out.packInt(how.partitions());
    out.packString(how.closure().name());
    return out.packBoolean(how.ascending());
  }

  @Override
  public MessagePacker visit(Partitioner.Hash partitioner) throws IOException {
    return begin("hash", 1);
  }

  @Override
  public MessagePacker visit(Partitioner.Custom partitioner) throws IOException {
    begin("custom", 2);
    return out.packString(partitioner.closure().name());
  }

  @Override
  public MessagePacker visit(Partitioner.Sort partitioner) throws IOException {
    begin("sort", 3);
    out.packString(partitioner.closure().name());
    return out.packBoolean(partitioner.ascending());
  }

  private MessagePacker writeCombine(@Nullable ClosureId combine) throws IOException {
    return combine == null ? out.packNil() : begin("combine", 2).packString(combine.name());
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
