package dev.firesteel.interpreter.external;

import dev.firesteel.interpreter.external.Sorting.Keys;
import dev.firesteel.records.BatchEncoder;
import dev.firesteel.records.NewFile;
import dev.firesteel.records.RecordWriter;
import dev.firesteel.storage.BatchFile;
import dev.firesteel.types.Pair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The map output of a sort: section 0 holds the records in order; section 1 holds two pairs, the
 * sample with the number of records, and the index: the first key of each batch, with the batch's
 * offset and number of records.
 */
public final class SortedRun {
  /** The section of the records. */
  public static final int RECORDS = 0;

  /** The section of the sample and the index. */
  public static final int INDEX = 1;

  private static final int SAMPLE = 400;
  private static final int SAMPLE_BYTES = 256 << 10;

  private SortedRun() {}

  /**
   * Where the batches of a run are.
   *
   * @param firsts the sort key of the first record of each
   * @param offsets where each begins in the section
   * @param counts how many records each has
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  public record Index(List<Object> firsts, long[] offsets, int[] counts) {}

  /**
   * Writes a sorted run.
   *
   * @param records in order
   * @param total how many they are
   * @param record what section 0 is
   * @param index what section 1 is
   * @return what has been written of each
   */
  public static List<BatchFile.Sealer> write(
      NewFile output,
      BatchEncoder encoder,
      Iterator<Object> records,
      long total,
      Keys keys,
      BatchFile.Identity record,
      BatchFile.Identity index) {
    RecordWriter run = new RecordWriter(record, encoder, output);
    RecordWriter about = new RecordWriter(index, encoder, output);
    if (total > 0) {
      Marks marks = new Marks(run.written(), Math.max(1, total / SAMPLE));
      while (records.hasNext()) {
        Object next = records.next();
        marks.before(next, keys);
        run.add(next);
        marks.after();
      }
      run.finishPart();
      marks.after();
      output.write(run.written().trailer());
      about.add(Pair.of(thinned(marks.sample, encoder), total));
      about.add(Pair.of(marks.firsts, Pair.of(longs(marks.offsets), ints(marks.counts))));
      about.finish();
    }
    return List.of(run.written(), about.written());
  }

  /** Notes the batches and takes the sample while the run is written. */
  private static final class Marks {
    final ArrayList<Object> firsts = new ArrayList<>();
    final List<Long> offsets = new ArrayList<>();
    final List<Integer> counts = new ArrayList<>();
    final ArrayList<Object> sample = new ArrayList<>();
    private final BatchFile.Sealer run;
    private final long step;
    private long ahead;
    private long counted;

    Marks(BatchFile.Sealer run, long step) {
      this.run = run;
      this.step = step;
      this.ahead = step;
    }

    void before(Object record, Keys keys) {
      if (firsts.size() == run.batches()) {
        firsts.add(keys.of(record));
        offsets.add(run.length());
      }
      if (--ahead == 0) {
        sample.add(keys.of(record));
        ahead = step;
      }
    }

    void after() {
      if (counts.size() < run.batches()) {
        counts.add((int) (run.records() - counted));
        counted = run.records();
      }
    }
  }

  private static long[] longs(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Leaves out every other key until the sample is small enough to travel. */
  private static List<Object> thinned(List<Object> sample, BatchEncoder encoder) {
    List<Object> left = sample;
    while (left.size() > 1
        && encoder.encode(left.toArray(), 0, left.size()).payload().length > SAMPLE_BYTES) {
      List<Object> half = new ArrayList<>();
      for (int i = 1; i < left.size(); i += 2) {
        half.add(left.get(i));
      }
      left = half;
    }
    return left;
  }

  /** Takes the index out of the records of section 1. */
  @SuppressWarnings("unchecked") // as it was written above
  public static Index index(List<Object> records) {
    Pair<List<Object>, Pair<long[], int[]>> index =
        (Pair<List<Object>, Pair<long[], int[]>>) records.get(1);
    return new Index(index.key(), index.value().key(), index.value().value());
  }

  /** Takes the sample out of the records of section 1: keys in the run's order, and its records. */
  @SuppressWarnings("unchecked") // as it was written above
  public static Pair<List<Object>, Long> sample(List<Object> records) {
    return (Pair<List<Object>, Long>) records.get(0);
  }
}
