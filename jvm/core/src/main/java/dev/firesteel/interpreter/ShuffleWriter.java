package dev.firesteel.interpreter;

import dev.firesteel.id.ClosureId;
import dev.firesteel.interpreter.external.Combining;
import dev.firesteel.interpreter.external.Distribution;
import dev.firesteel.interpreter.external.Partitions;
import dev.firesteel.interpreter.external.RecordException;
import dev.firesteel.interpreter.external.SortedRun;
import dev.firesteel.interpreter.external.Sorting;
import dev.firesteel.interpreter.external.Workspace;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.plan.Sink;
import dev.firesteel.records.NewFile;
import dev.firesteel.records.RecordWriter;
import dev.firesteel.storage.BatchFile;
import dev.firesteel.types.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sink that writes a map output: records to the sections of one data file. With combining, the
 * pairs of a section are in the order of their keys' hashes, so that readers can merge sections
 * without a table.
 */
final class ShuffleWriter {
  private final JavaTask task;
  private final Workspace workspace;
  private final Sink.ShuffleWrite plan;
  private final String name;

  private ShuffleWriter(JavaTask task, Sink.ShuffleWrite plan) {
    this.task = task;
    this.workspace = task.workspace();
    this.plan = plan;
    this.name = plan.block().name();
  }

  /** Writes all records to a file that does not exist yet. */
  static ShuffleOutput write(JavaTask task, Sink.ShuffleWrite plan, Iterator<?> records) {
    ShuffleWriter writer = new ShuffleWriter(task, plan);
    Path path = task.environment().file(plan.block().name());
    try (NewFile file = new NewFile(path)) {
      List<BatchFile.Sealer> sections = writer.write(records, file);
      file.commit();
      return new ShuffleOutput(
          path,
          sections.stream().mapToLong(BatchFile.Sealer::length).toArray(),
          sections.stream().mapToLong(BatchFile.Sealer::records).toArray(),
          sections.stream().mapToInt(BatchFile.Sealer::checksum).toArray());
    }
  }

  private BatchFile.Identity identity(int section) {
    return new BatchFile.Identity(name, section, task.identity().id());
  }

  private List<BatchFile.Sealer> write(Iterator<?> records, NewFile file) {
    if (plan.partitioner() instanceof Partitioner.Sort sort) {
      SortOrder order = task.closure(sort.closure(), SortOrder.class);
      return sorted(records, file, new Sorting.Keys(order, sort.ascending()));
    }
    Partitions partitions =
        plan.partitioner() instanceof Partitioner.Custom custom
            ? Partitions.custom(
                plan.partitions(), task.closure(custom.closure(), Partitioning.class))
            : Partitions.hash(plan.partitions());
    ClosureId combine = plan.combine();
    return combine == null
        ? distributed(records, file, partitions)
        : combined(records, file, partitions, task.closure(combine, Combiner.class));
  }

  private List<BatchFile.Sealer> sorted(Iterator<?> records, NewFile file, Sorting.Keys keys) {
    Sorting sorting = new Sorting(workspace, keys);
    while (records.hasNext()) {
      sorting.add(records.next());
    }
    return SortedRun.write(
        file,
        workspace.encoder(),
        sorting.result(),
        sorting.records(),
        keys,
        identity(SortedRun.RECORDS),
        identity(SortedRun.INDEX));
  }

  private List<BatchFile.Sealer> distributed(
      Iterator<?> records, NewFile file, Partitions partitions) {
    Distribution distribution = new Distribution(workspace, partitions, this::identity);
    while (records.hasNext()) {
      distribution.add(pair(records.next(), null));
    }
    return distribution.finish(file);
  }

  private List<BatchFile.Sealer> combined(
      Iterator<?> records, NewFile file, Partitions partitions, Combiner combiner) {
    Combining combining = new Combining(workspace, combiner, partitions);
    while (records.hasNext()) {
      Pair<?, ?> pair = pair(records.next(), combiner.site());
      combining.addValue(pair.key(), pair.value());
    }
    List<BatchFile.Sealer> sections = new ArrayList<>();
    for (Iterator<Object> part : combining.results()) {
      RecordWriter writer = new RecordWriter(identity(sections.size()), workspace.encoder(), file);
      part.forEachRemaining(writer::add);
      writer.finishPart();
      if (writer.written().batches() > 0) {
        file.write(writer.written().trailer());
      }
      sections.add(writer.written());
    }
    return sections;
  }

  /** A record as a pair. */
  static Pair<?, ?> pair(@Nullable Object record, @Nullable String site) {
    if (record instanceof Pair<?, ?> pair) {
      return pair;
    }
    throw new RecordException(
        "a Pair is expected by "
            + (site == null ? "the shuffle" : site)
            + ", not "
            + (record == null ? "null" : "a " + record.getClass().getName())
            + ": "
            + Failures.shorten(record),
        record);
  }
}
