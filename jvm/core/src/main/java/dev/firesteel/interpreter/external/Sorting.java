package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import dev.firesteel.interpreter.Failures;
import dev.firesteel.interpreter.SortOrder;
import dev.firesteel.memory.Footprint;
import dev.firesteel.memory.Reservation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Sorts records stably in bounded memory: an array, or sorted runs in files and a merge. */
public final class Sorting {
  private final Workspace workspace;
  private final Keys keys;
  private final Reservation memory;
  private final Estimate estimate;
  private final List<SpillFile.Segment> runs = new ArrayList<>();

  private Keyed[] rows = new Keyed[64];
  private int size;
  private long records;

  /** A record and what it is compared by. */
  record Keyed(Object key, Object record) {}

  /** What records are compared by, and how. */
  public static final class Keys {
    private final SortOrder order;
    private final Comparator<Object> comparator;

    /** By an order, or the reverse of it; records with equal keys keep theirs in any case. */
    public Keys(SortOrder order, boolean ascending) {
      this.order = requireNonNull(order, "order is null");
      Comparator<Object> up = this::ascending;
      this.comparator = ascending ? up : up.reversed();
    }

    /** What a record is compared by. */
    public Object of(Object record) {
      if (order.key() == null) {
        return record;
      }
      try {
        return order.key().call(record);
      } catch (Throwable e) {
        throw Failures.ofUser(order.site(), record, e);
      }
    }

    @SuppressWarnings("unchecked") // what can't be compared is told below
    private int ascending(Object one, Object other) {
      Comparator<Object> given = order.comparator();
      try {
        if (given != null) {
          return given.compare(one, other);
        }
        return ((Comparable<Object>) requireNonNull(one)).compareTo(requireNonNull(other));
      } catch (RuntimeException e) {
        if (given == null && (one == null || other == null || e instanceof ClassCastException)) {
          throw new RecordException(
              "keys cannot be compared in "
                  + order.site()
                  + ": "
                  + Failures.shorten(one)
                  + " and "
                  + Failures.shorten(other)
                  + ". Give a comparator, or a key that is Comparable and not null",
              one,
              e);
        }
        throw Failures.ofUser(order.site(), one, e);
      }
    }

    /** Compares two keys in the direction of the sort. */
    public int compare(Object one, Object other) {
      return comparator.compare(one, other);
    }

    /** Where the program asked for the sort. */
    public String site() {
      return order.site();
    }
  }

  /** A sort that has no records yet. */
  public Sorting(Workspace workspace, Keys keys) {
    this.workspace = requireNonNull(workspace, "workspace is null");
    this.keys = requireNonNull(keys, "keys is null");
    this.memory = workspace.memory().reserve();
    this.estimate = new Estimate(workspace.memory().share() / 64);
  }

  /** Takes in a record. */
  public void add(Object record) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size + (size >> 1));
    }
    Object key = keys.of(record);
    rows[size++] = new Keyed(key, record);
    records++;
    if (estimate.due()) {
      estimate.add(Footprint.of(record) + (key == record ? 24 : 24 + Footprint.of(key)));
      workspace.check();
      // The sort itself needs half of the references again, and the array grows by half.
      if (!memory.cover(8L * rows.length + estimate.bytes())) {
        spill();
      }
    }
  }

  /** How many records have been taken in. */
  public long records() {
    return records;
  }

  private void spill() {
    sort();
    SpillFile.Appender run = workspace.spillFile().append();
    for (int i = 0; i < size; i++) {
      run.add(rows[i].record());
    }
    runs.add(run.finish());
    rows = new Keyed[64];
    size = 0;
    estimate.clear();
    memory.close();
    if (runs.size() >= workspace.fanIn()) {
      SpillFile.Segment merged = workspace.spillFile().write(new Merged(cursors()));
      for (SpillFile.Segment each : runs) {
        each.file().discard();
      }
      runs.clear();
      runs.add(merged);
    }
  }

  private void sort() {
    try {
      Arrays.sort(rows, 0, size, (one, other) -> keys.compare(one.key(), other.key()));
    } catch (IllegalArgumentException e) { // what Arrays.sort throws when it notices
      throw new RecordException(
          "keys cannot be sorted in "
              + keys.site()
              + ": their comparison contradicts itself (a < b and b < c, but not a < c)",
          null,
          e);
    }
  }

  private List<Cursor> cursors() {
    List<Cursor> cursors = new ArrayList<>();
    for (SpillFile.Segment run : runs) {
      cursors.add(new OfBatches(run.open()));
    }
    return cursors;
  }

  /** The records in order; the sort is used up. */
  public Iterator<Object> result() {
    sort();
    Cursor last = new OfRows();
    List<Cursor> cursors = cursors();
    cursors.add(last);
    return new Merged(cursors);
  }

  /** Merges sorted runs; of equal keys those of earlier runs come first. */
  public static Iterator<Object> merge(Workspace workspace, Keys keys, List<Batches> runs) {
    Sorting sorting = new Sorting(workspace, keys);
    if (runs.size() <= workspace.fanIn()) {
      List<Cursor> cursors = new ArrayList<>();
      for (Batches run : runs) {
        cursors.add(sorting.new OfBatches(run));
      }
      return sorting.new Merged(cursors);
    }
    for (Batches run : runs) {
      Iterator<Object> records = Batches.records(run);
      while (records.hasNext()) {
        sorting.add(records.next());
      }
    }
    return sorting.result();
  }

  /** Goes over a sorted run. */
  @SuppressWarnings("NullAway.Init") // there is no entry before the first
  private abstract static class Cursor implements RunHeap.Run {
    Object key;
    Object record;
  }

  private final class OfRows extends Cursor {
    private int at;

    @Override
    public boolean advance() {
      if (at == size) {
        return false;
      }
      key = rows[at].key();
      record = rows[at].record();
      at++;
      return true;
    }
  }

  private final class OfBatches extends Cursor {
    private final Batches batches;
    private Object[] batch = new Object[0];
    private int at;

    OfBatches(Batches batches) {
      this.batches = batches;
    }

    @Override
    public boolean advance() {
      while (at == batch.length) {
        Object[] more = batches.next();
        if (more == null) {
          return false;
        }
        batch = more;
        at = 0;
      }
      record = batch[at++];
      key = keys.of(record);
      return true;
    }
  }

  /** Several runs as one; of equal keys those of earlier runs come first. */
  private final class Merged implements Iterator<Object> {
    private final RunHeap<Cursor> merge;

    Merged(List<Cursor> cursors) {
      this.merge = new RunHeap<>(cursors, (one, other) -> keys.compare(one.key, other.key));
    }

    @Override
    public boolean hasNext() {
      return merge.top() != null;
    }

    @Override
    public Object next() {
      Cursor top = merge.top();
      if (top == null) {
        throw new NoSuchElementException("all records have been given");
      }
      Object record = top.record;
      merge.next();
      return record;
    }
  }
}
