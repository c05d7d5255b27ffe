package dev.firesteel.interpreter;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.interpreter.external.Batches;
import dev.firesteel.interpreter.external.Bounds;
import dev.firesteel.interpreter.external.Combining;
import dev.firesteel.interpreter.external.Grouping;
import dev.firesteel.interpreter.external.Partitions;
import dev.firesteel.interpreter.external.RunRange;
import dev.firesteel.interpreter.external.SectionBatches;
import dev.firesteel.interpreter.external.SortedRun;
import dev.firesteel.interpreter.external.Sorting;
import dev.firesteel.interpreter.external.Workspace;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.plan.Source;
import dev.firesteel.records.DamagedException;
import dev.firesteel.shuffle.DamagedTableException;
import dev.firesteel.shuffle.ShuffleTable;
import dev.firesteel.shuffle.ShuffleTable.Section;
import dev.firesteel.storage.BatchFile;
import dev.firesteel.types.Pair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The source that reads a reduce partition of a shuffle, through the table files. A section that is
 * not what was written is a {@link DamagedException} that names the map output.
 */
final class ShuffleReader {
  private final JavaTask task;
  private final Workspace workspace;

  private ShuffleReader(JavaTask task) {
    this.task = task;
    this.workspace = task.workspace();
  }

  /** Opens a reduce partition. */
  static Iterator<?> open(JavaTask task, Source.ShuffleRead plan) throws IOException {
    ShuffleReader reader = new ShuffleReader(task);
    return plan.how().accept(reader.new Opening(plan));
  }

  /** Opens a section in the way that the plan says. */
  private final class Opening implements ReadMode.Visitor<Iterator<?>, IOException> {
    private final Source.ShuffleRead plan;

    Opening(Source.ShuffleRead plan) {
      this.plan = plan;
    }

    @Override
    public Iterator<?> visit(ReadMode.Plain how) throws IOException {
      return plain(plan.shuffle(), plan.partition());
    }

    @Override
    public Iterator<?> visit(ReadMode.Combined how) throws IOException {
      return combined(plan, task.closure(how.closure(), Combiner.class));
    }

    @Override
    public Iterator<?> visit(ReadMode.Grouped how) throws IOException {
      return grouped(plan);
    }

    @Override
    public Iterator<?> visit(ReadMode.Samples how) throws IOException {
      return samples(plan.shuffle());
    }

    @Override
    public Iterator<?> visit(ReadMode.Sorted how) throws IOException {
      return sorted(plan, how);
    }
  }

  private List<Section> sections(ShuffleId shuffle, int partition) throws IOException {
    try {
      return ShuffleTable.sections(task.environment().file(shuffle.name()), shuffle, partition);
    } catch (DamagedTableException e) {
      throw new CorruptTableException(e);
    }
  }

  private static BatchFile.Identity identity(ShuffleId shuffle, Section section) {
    return new BatchFile.Identity(
        new BlockId.ShuffleMap(shuffle, section.map()).name(),
        section.section(),
        section.attempt());
  }

  private SectionBatches whole(ShuffleId shuffle, Section section) {
    task.read(section.records(), section.length());
    return SectionBatches.whole(
        workspace,
        section.path(),
        identity(shuffle, section),
        section.offset(),
        section.length(),
        section.records());
  }

  private Iterator<Object> plain(ShuffleId shuffle, int partition) throws IOException {
    Iterator<Section> sections = sections(shuffle, partition).iterator();
    return Batches.records(
        new Batches() {
          private Batches open = NONE;

          @Override
          public Object @Nullable [] next() {
            Object[] batch = open.next();
            while (batch == null && sections.hasNext()) {
              open = whole(shuffle, sections.next());
              batch = open.next();
            }
            return batch;
          }
        });
  }

  private Iterator<Object> combined(Source.ShuffleRead plan, Combiner combiner) throws IOException {
    List<Section> sections = sections(plan.shuffle(), plan.partition());
    if (sections.size() <= workspace.fanIn()) {
      List<Batches> runs = new ArrayList<>();
      for (Section section : sections) {
        runs.add(whole(plan.shuffle(), section));
      }
      return Combining.merge(workspace, combiner, runs);
    }
    Combining combining = new Combining(workspace, combiner, Partitions.ONE);
    for (Section section : sections) {
      Batches batches = whole(plan.shuffle(), section);
      for (Object[] batch = batches.next(); batch != null; batch = batches.next()) {
        for (Object record : batch) {
          Pair<?, ?> pair = (Pair<?, ?>) record;
          combining.addCombiner(pair.key(), pair.value());
        }
      }
    }
    return combining.result();
  }

  private Iterator<Object> grouped(Source.ShuffleRead plan) throws IOException {
    Grouping grouping = new Grouping(workspace);
    for (Section section : sections(plan.shuffle(), plan.partition())) {
      Batches batches = whole(plan.shuffle(), section);
      for (Object[] batch = batches.next(); batch != null; batch = batches.next()) {
        for (Object record : batch) {
          Pair<?, ?> pair = (Pair<?, ?>) record;
          grouping.add(pair.key(), pair.value());
        }
      }
    }
    return grouping.result();
  }

  private List<Object> index(ShuffleId shuffle, Section section) throws IOException {
    List<Object> records = new ArrayList<>();
    Batches.records(whole(shuffle, section)).forEachRemaining(records::add);
    return records;
  }

  private Iterator<Object> samples(ShuffleId shuffle) throws IOException {
    List<Pair<List<Object>, Long>> samples = new ArrayList<>();
    for (Section section : sections(shuffle, SortedRun.INDEX)) {
      samples.add(SortedRun.sample(index(shuffle, section)));
    }
    Object all = Pair.of(0, Bounds.thinned(samples));
    return Collections.singletonList(all).iterator();
  }

  private Iterator<Object> sorted(Source.ShuffleRead plan, ReadMode.Sorted how) throws IOException {
    SortOrder order = task.closure(how.closure(), SortOrder.class);
    Sorting.Keys ascending = new Sorting.Keys(order, true);
    ShuffleId bounding = how.bounds();
    List<Object> bounds =
        bounding == null ? List.of() : bounds(bounding, how.partitions(), ascending);
    int number = how.ascending() ? plan.partition() : how.partitions() - 1 - plan.partition();
    if (number > bounds.size()) {
      return Collections.emptyIterator();
    }
    ShuffleId shuffle = plan.shuffle();
    Map<Integer, Section> indexes = new HashMap<>();
    for (Section section : sections(shuffle, SortedRun.INDEX)) {
      indexes.put(section.map(), section);
    }
    List<Batches> runs = new ArrayList<>();
    for (Section run : sections(shuffle, SortedRun.RECORDS)) {
      Section index = indexes.get(run.map());
      if (index == null) {
        String name = identity(shuffle, run).name();
        throw new DamagedException(name, "The block " + name + " has a run but no index", null);
      }
      RunRange range =
          new RunRange(
              SortedRun.index(index(shuffle, index)), bounds, number, ascending, how.ascending());
      if (!range.isEmpty()) {
        runs.add(ranged(shuffle, run, range));
      }
    }
    return Sorting.merge(workspace, new Sorting.Keys(order, how.ascending()), runs);
  }

  private Batches ranged(ShuffleId shuffle, Section run, RunRange range) {
    SectionBatches batches =
        SectionBatches.range(
            workspace, run.path(), identity(shuffle, run), run.offset(), run.length(), range);
    task.read(batches.records(), batches.bytes());
    return batches;
  }

  @SuppressWarnings("unchecked") // as samples() gives them
  private List<Object> bounds(ShuffleId shuffle, int partitions, Sorting.Keys ascending)
      throws IOException {
    List<Pair<List<Object>, Long>> samples = new ArrayList<>();
    Iterator<Object> records = plain(shuffle, 0);
    while (records.hasNext()) {
      Pair<?, ?> pair = (Pair<?, ?>) records.next();
      samples.addAll((List<Pair<List<Object>, Long>>) pair.value());
    }
    return Bounds.of(samples, partitions, ascending);
  }
}
