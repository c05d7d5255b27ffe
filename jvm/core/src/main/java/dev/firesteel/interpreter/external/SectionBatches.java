package dev.firesteel.interpreter.external;

import dev.firesteel.records.DamagedException;
import dev.firesteel.records.SectionReader;
import dev.firesteel.records.SectionReader.Part;
import dev.firesteel.storage.BatchFile;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of a section of a map output, or of a range of a sorted one; opened when needed. */
public final class SectionBatches implements Batches {
  private static final int TRAILER = 32;

  private final Workspace workspace;
  private final Path path;
  private final BatchFile.Identity identity;
  private final Part part;
  private final long expected;
  private final @Nullable RunRange range;

  private @Nullable SectionReader reader;
  private boolean ended;
  private int number;
  private long found;

  private SectionBatches(
      Workspace workspace,
      Path path,
      BatchFile.Identity identity,
      Part part,
      long expected,
      @Nullable RunRange range) {
    this.workspace = workspace;
    this.path = path;
    this.identity = identity;
    this.part = part;
    this.expected = expected;
    this.range = range;
    this.number = (int) part.first();
  }

  /** All of a section, which must have so many records. */
  public static SectionBatches whole(
      Workspace workspace,
      Path path,
      BatchFile.Identity identity,
      long offset,
      long length,
      long records) {
    return new SectionBatches(workspace, path, identity, Part.whole(offset, length), records, null);
  }

  /** A range of a sorted run that is not empty. */
  public static SectionBatches range(
      Workspace workspace,
      Path path,
      BatchFile.Identity identity,
      long offset,
      long length,
      RunRange range) {
    long from = range.from();
    Part part = new Part(offset + from, range.to(length - TRAILER) - from, range.first(), false);
    return new SectionBatches(workspace, path, identity, part, range.records(), range);
  }

  /** How many records the batches have that are read. */
  public long records() {
    return expected;
  }

  /** How many bytes are read. */
  public long bytes() {
    return part.length();
  }

  @Override
  public Object @Nullable [] next() {
    if (ended) {
      return null;
    }
    workspace.check();
    SectionReader open = reader;
    if (open == null) {
      open = SectionReader.open(path, identity, part);
      workspace.closing(open);
      reader = open;
    }
    Optional<BatchFile.Batch> batch = open.next();
    if (batch.isEmpty()) {
      ended = true;
      open.close();
      if (found != expected) {
        throw damaged("holds " + found + " records, " + expected + " were written");
      }
      return null;
    }
    Object[] records = workspace.decoder().decode(batch.get());
    found += records.length;
    if (range != null) {
      if (records.length != range.count(number)) {
        throw damaged("has a batch " + number + " of " + records.length + " records");
      }
      records = range.cut(number, records);
    }
    number++;
    return records;
  }

  private DamagedException damaged(String what) {
    return new DamagedException(identity.name(), "The block " + identity.name() + " " + what, null);
  }
}
