package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import dev.firesteel.memory.Footprint;
import dev.firesteel.memory.Reservation;
import dev.firesteel.records.BatchEncoder;
import dev.firesteel.records.NewFile;
import dev.firesteel.records.RecordWriter;
import dev.firesteel.storage.BatchFile;
import dev.firesteel.types.Pair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Distributes pairs over the sections of a map output, in the order in which they come. Each
 * section collects records until they fill a batch, which is sealed at once. Sealed batches wait in
 * memory, or in a file where there is no room, and are copied into the map output section after
 * section.
 *
 * <p>A section is cut into batches by its own records alone, so that a task that runs again writes
 * the same; unless the records that wait for a batch already have no room.
 */
public final class Distribution {
  private final Workspace workspace;
  private final Partitions partitions;
  private final Reservation memory;
  private final Part[] parts;

  private @Nullable SpillFile file;
  private long sealed; // bytes in memory
  private long records;
  private long flushed; // records that are in sealed batches
  private long measured;
  private long measuredBytes;

  /** One section. */
  private final class Part implements RecordWriter.Output {
    final RecordWriter writer;
    final List<byte[]> pieces = new ArrayList<>();
    final List<Range> spilled = new ArrayList<>();

    Part(BatchFile.Identity identity, BatchEncoder encoder) {
      this.writer = new RecordWriter(identity, encoder, this);
    }

    @Override
    public void write(byte[] bytes) {
      pieces.add(bytes);
      sealed += bytes.length;
    }
  }

  /** Bytes in the spill file. */
  private record Range(long from, long to, int checksum) {}

  /**
   * A distribution that has no records yet.
   *
   * @param identities what each section is
   */
  public Distribution(
      Workspace workspace, Partitions partitions, IntFunction<BatchFile.Identity> identities) {
    this.workspace = requireNonNull(workspace, "workspace is null");
    this.partitions = requireNonNull(partitions, "partitions is null");
    this.memory = workspace.memory().reserve();
    this.parts = new Part[partitions.count()];
    for (int part = 0; part < parts.length; part++) {
      parts[part] = new Part(identities.apply(part), workspace.encoder());
    }
  }

  /** Takes in a pair. */
  public void add(Pair<?, ?> pair) {
    Part part = parts[partitions.of(pair.key())];
    long before = part.writer.written().records();
    part.writer.add(pair);
    flushed += part.writer.written().records() - before;
    records++;
    if ((records & 63) == 0 || measured < 64) {
      measured++;
      measuredBytes += Footprint.of(pair);
      fit();
    }
  }

  private void fit() {
    workspace.check();
    long waiting = measuredBytes / measured * (records - flushed);
    if (memory.cover(waiting + sealed)) {
      return;
    }
    if (sealed < waiting) { // to write out what is sealed would not help for long
      for (Part part : parts) {
        part.writer.finishPart();
      }
      flushed = records;
    }
    writeOut();
    memory.shrink(measuredBytes / measured * (records - flushed));
  }

  private void writeOut() {
    SpillFile into = file;
    if (into == null) {
      into = workspace.spillFile();
      file = into;
    }
    for (Part part : parts) {
      if (!part.pieces.isEmpty()) {
        long from = into.size();
        CRC32C sum = new CRC32C();
        for (byte[] piece : part.pieces) {
          into.write(piece);
          sum.update(piece);
        }
        part.spilled.add(new Range(from, into.size(), (int) sum.getValue()));
        part.pieces.clear();
      }
    }
    sealed = 0;
  }

  /**
   * Writes all sections into a file, one after another; the distribution is used up.
   *
   * @return what has been written of each
   */
  public List<BatchFile.Sealer> finish(NewFile output) {
    List<BatchFile.Sealer> written = new ArrayList<>(parts.length);
    for (Part part : parts) {
      workspace.check();
      part.writer.finishPart();
      for (Range range : part.spilled) {
        copy(range, output);
      }
      part.pieces.forEach(output::write);
      part.pieces.clear();
      BatchFile.Sealer sealer = part.writer.written();
      if (sealer.batches() > 0) {
        output.write(sealer.trailer());
      }
      written.add(sealer);
    }
    memory.close();
    return written;
  }

  private void copy(Range range, NewFile output) {
    SpillFile from = requireNonNull(file, "nothing has been spilled");
    CRC32C sum = new CRC32C();
    byte[] buffer = new byte[(int) Math.min(range.to() - range.from(), 1 << 18)];
    for (long at = range.from(); at < range.to(); ) {
      int length = (int) Math.min(buffer.length, range.to() - at);
      from.read(buffer, 0, length, at);
      sum.update(buffer, 0, length);
      output.write(buffer, 0, length);
      at += length;
    }
    if ((int) sum.getValue() != range.checksum()) {
      throw SpillFile.damaged(new IOException("it holds other bytes than were written"));
    }
  }
}
