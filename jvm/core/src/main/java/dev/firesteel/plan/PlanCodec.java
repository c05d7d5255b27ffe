package dev.firesteel.plan;

import static java.util.Objects.requireNonNull;

import dev.firesteel.input.FileSplit;
import dev.firesteel.lineage.ClosureId;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.storage.StorageLevel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePacker;

/**
 * Writes plans as MessagePack: an array of nodes, children first. A node is an array whose first
 * element is the name of the record, and which names its children by their numbers: plans may be
 * thousands deep, and readers of MessagePack bound how far arrays are nested. This is the only
 * place in Java where the wire codes of plans are declared.
 */
public final class PlanCodec {
  private final MessagePacker out;

  /** The numbers of the children of the node that is being written, from left to right. */
  private final Deque<Integer> children = new ArrayDeque<>();

  private PlanCodec(MessagePacker out) {
    this.out = requireNonNull(out, "out is null");
  }

  /** Writes one plan. */
  public static void write(MessagePacker out, Plan plan) throws IOException {
    requireNonNull(plan, "plan is null");
    new PlanCodec(out).writeAll(plan);
  }

  private void writeAll(Plan root) throws IOException {
    List<Plan> parentsFirst = parentsFirst(root);
    int last = parentsFirst.size() - 1;
    out.packArrayHeader(parentsFirst.size());
    Deque<Integer> parentless = new ArrayDeque<>();
    for (int number = 0; number <= last; number++) {
      Plan node = parentsFirst.get(last - number);
      // What a node reads has just been written: it is the last that nobody has claimed yet.
      for (int i = childrenOf(node).size(); i > 0; i--) {
        children.push(parentless.pop());
      }
      if (node instanceof Sink sink) {
        writeSink(sink);
      } else {
        writeSource((Source) node);
      }
      parentless.push(number);
    }
  }

  /** The nodes of a plan: each before its children, and those from right to left. */
  private static List<Plan> parentsFirst(Plan root) {
    List<Plan> nodes = new ArrayList<>();
    Deque<Plan> waiting = new ArrayDeque<>();
    waiting.push(root);
    while (!waiting.isEmpty()) {
      Plan next = waiting.pop();
      nodes.add(next);
      childrenOf(next).forEach(waiting::push);
    }
    return nodes;
  }

  /** What a node reads in its own task and language. */
  private static List<Source> childrenOf(Plan plan) {
    if (plan instanceof Sink sink) {
      return List.of(sink.source());
    }
    if (plan instanceof Source.Pipeline source) {
      return List.of(source.source());
    }
    if (plan instanceof Source.Cached source) {
      return List.of(source.source());
    }
    if (plan instanceof Source.Chain source) {
      return source.sources();
    }
    if (plan instanceof Source.Zip source) {
      return List.of(source.left(), source.right());
    }
    if (plan instanceof Source.Product source) {
      return List.of(source.left(), source.right());
    }
    return List.of();
  }

  /** Names the next child by its number. */
  private void child() throws IOException {
    out.packInt(children.pop());
  }

  private void writeSink(Sink plan) throws IOException {
    if (plan instanceof Sink.Result sink) {
      begin("Result", 3);
      child();
      out.packString(sink.block().name());
    } else if (plan instanceof Sink.ShuffleWrite sink) {
      begin("ShuffleWrite", 6);
      child();
      out.packString(sink.block().name());
      out.packInt(sink.partitions());
      writePartitioner(sink.partitioner());
      writeCombine(sink.combine());
    } else if (plan instanceof Sink.SaveText sink) {
      begin("SaveText", 5);
      child();
      out.packString(sink.directory());
      out.packInt(sink.partition());
      writeNullable(sink.codec());
    } else if (plan instanceof Sink.Count) {
      begin("Count", 2);
      child();
    } else if (plan instanceof Sink.Exchange sink) {
      begin("Exchange", 3);
      child();
      out.packInt(sink.number());
    } else if (plan instanceof Sink.BlockWrite sink) {
      begin("BlockWrite", 5);
      child();
      out.packString(sink.directory());
      out.packInt(sink.partition());
      out.packString(sink.name());
    } else {
      throw new AssertionError("unknown sink " + plan.getClass());
    }
  }

  private void writeSource(Source plan) throws IOException {
    if (plan instanceof Source.Pipeline source) {
      begin("Pipeline", 4);
      child();
      out.packString(source.closure().name());
      out.packInt(source.partition());
    } else if (plan instanceof Source.Cached source) {
      begin("Cached", 4);
      child();
      out.packString(source.block().name());
      writeLevel(source.level());
    } else if (plan instanceof Source.Chain source) {
      begin("Chain", 2);
      out.packArrayHeader(source.sources().size());
      for (int i = source.sources().size(); i > 0; i--) {
        child();
      }
    } else if (plan instanceof Source.Zip) {
      begin("Zip", 3);
      child();
      child();
    } else if (plan instanceof Source.Product) {
      begin("Product", 3);
      child();
      child();
    } else {
      writeLeaf(plan);
    }
  }

  private void writeLeaf(Source plan) throws IOException {
    if (plan instanceof Source.ShuffleRead source) {
      begin("ShuffleRead", 4);
      out.packString(source.shuffle().name());
      out.packInt(source.partition());
      writeReadMode(source.how());
    } else if (plan instanceof Source.Block source) {
      begin("Block", 5);
      out.packString(source.block().name());
      out.packLong(source.bytes());
      out.packLong(source.records());
      out.packLong(source.attempt());
    } else if (plan instanceof Source.Saved source) {
      SavedPart part = source.part();
      begin("Saved", 6);
      out.packString(part.path());
      out.packString(part.name());
      out.packLong(part.bytes());
      out.packLong(part.records());
      out.packLong(part.attempt());
    } else if (plan instanceof Source.TextSplit source) {
      FileSplit split = source.split();
      begin("TextSplit", 7);
      out.packString(split.path());
      out.packLong(split.start());
      out.packLong(split.length());
      out.packLong(split.size());
      out.packLong(split.modifiedNanos());
      writeNullable(split.codec());
    } else if (plan instanceof Source.WholeFile source) {
      FileSplit file = source.file();
      begin("WholeFile", 6);
      out.packString(file.path());
      out.packString(file.uri());
      out.packLong(file.size());
      out.packLong(file.modifiedNanos());
      writeNullable(file.codec());
    } else if (plan instanceof Source.FileSlice source) {
      begin("FileSlice", 6);
      out.packString(source.block().name());
      out.packLong(source.from());
      out.packLong(source.to());
      out.packLong(source.records());
      out.packLong(source.firstBatch());
    } else if (plan instanceof Source.Range source) {
      begin("Range", 4);
      out.packString(source.start());
      out.packString(source.step());
      out.packLong(source.count());
    } else if (plan instanceof Source.Crossing source) {
      begin("Crossing", 2); // what is behind it is run elsewhere
      out.packInt(source.number());
    } else if (plan instanceof Source.Empty) {
      begin("Empty", 1);
    } else {
      throw new AssertionError("unknown source " + plan.getClass());
    }
  }

  private void writeReadMode(ReadMode how) throws IOException {
    if (how instanceof ReadMode.Plain) {
      begin("plain", 1);
    } else if (how instanceof ReadMode.Combined combined) {
      begin("combined", 2);
      out.packString(combined.closure().name());
    } else if (how instanceof ReadMode.Grouped) {
      begin("grouped", 1);
    } else if (how instanceof ReadMode.Samples) {
      begin("samples", 1);
    } else if (how instanceof ReadMode.Sorted sorted) {
      begin("sorted", 5);
      writeNullable(sorted.bounds() == null ? null : sorted.bounds().name());
      out.packInt(sorted.partitions());
      out.packString(sorted.closure().name());
      out.packBoolean(sorted.ascending());
    } else {
      throw new AssertionError("unknown way to read " + how.getClass());
    }
  }

  private void writePartitioner(Partitioner partitioner) throws IOException {
    if (partitioner instanceof Partitioner.Hash) {
      begin("hash", 1);
    } else if (partitioner instanceof Partitioner.Custom custom) {
      begin("custom", 2);
      out.packString(custom.closure().name());
    } else if (partitioner instanceof Partitioner.Sort sort) {
      begin("sort", 3);
      out.packString(sort.closure().name());
      out.packBoolean(sort.ascending());
    } else {
      throw new AssertionError("unknown partitioner " + partitioner.getClass());
    }
  }

  private void writeCombine(@Nullable ClosureId combine) throws IOException {
    if (combine == null) {
      out.packNil();
    } else {
      begin("combine", 2);
      out.packString(combine.name());
    }
  }

  private void writeLevel(StorageLevel level) throws IOException {
    out.packMapHeader(5);
    out.packString("disk").packBoolean(level.disk());
    out.packString("memory").packBoolean(level.memory());
    out.packString("off_heap").packBoolean(level.offHeap());
    out.packString("deserialized").packBoolean(level.deserialized());
    out.packString("replication").packInt(level.replication());
  }

  private void writeNullable(@Nullable String text) throws IOException {
    if (text == null) {
      out.packNil();
    } else {
      out.packString(text);
    }
  }

  private void begin(String name, int length) throws IOException {
    out.packArrayHeader(length).packString(name);
  }
}
