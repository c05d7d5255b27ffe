package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import dev.firesteel.interpreter.Combiner;
import dev.firesteel.interpreter.Failures;
import dev.firesteel.memory.Footprint;
import dev.firesteel.memory.Reservation;
import dev.firesteel.types.Pair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates pairs by key in bounded memory: a table, which is spilled as a run when it has no
 * room, and a merge of the runs. Runs have a part for each reduce partition and are sorted by
 * spread hash within; so is the result, whether something was spilled or not: equal records come
 * out in equal order.
 */
public final class Combining {
  private final Workspace workspace;
  private final Combiner functions;
  private final Partitions partitions;
  private final Reservation memory;
  private final Estimate estimate;
  private final KeyTable table = new KeyTable();
  private final List<SpillFile.Segment[]> runs = new ArrayList<>();
  private @Nullable SpillFile file;

  /** An aggregation that has no records yet. */
  public Combining(Workspace workspace, Combiner functions, Partitions partitions) {
    this.workspace = requireNonNull(workspace, "workspace is null");
    this.functions = requireNonNull(functions, "functions is null");
    this.partitions = requireNonNull(partitions, "partitions is null");
    this.memory = workspace.memory().reserve();
    this.estimate = new Estimate(workspace.memory().share() / 64);
  }

  /** Takes in a value of a key. */
  public void addValue(Object key, Object value) {
    int spread = KeyHash.spread(KeyHash.of(key));
    int entry = table.find(key, spread);
    if (entry < 0) {
      Object made;
      try {
        made = functions.create().call(value);
      } catch (Throwable e) {
        throw Failures.ofUser(functions.site(), value, e);
      }
      insert(key, made, spread, entry);
    } else {
      merge(entry, value, false);
    }
  }

  /** Takes in a combiner of a key. */
  public void addCombiner(Object key, Object combiner) {
    int spread = KeyHash.spread(KeyHash.of(key));
    int entry = table.find(key, spread);
    if (entry < 0) {
      insert(key, combiner, spread, entry);
    } else {
      merge(entry, combiner, true);
    }
  }

  private void insert(Object key, Object made, int spread, int place) {
    table.add(key, made, spread, place);
    if (estimate.due()) {
      estimate.add(Footprint.of(key) + Footprint.of(made));
      fit();
    }
  }

  private void merge(int entry, Object more, boolean isCombiner) {
    Object old = table.value(entry);
    boolean due = estimate.due();
    long before = due ? Footprint.of(old) : 0;
    Object merged = isCombiner ? mergeCombiners(old, more) : mergeValue(old, more);
    table.set(entry, merged);
    if (due) {
      estimate.add(Footprint.of(merged) - before);
      fit();
    }
  }

  private Object mergeValue(Object combiner, Object value) {
    try {
      return functions.mergeValue().call(combiner, value);
    } catch (Throwable e) {
      throw Failures.ofUser(functions.site(), value, e);
    }
  }

  private Object mergeCombiners(Object one, Object other) {
    try {
      return functions.mergeCombiners().call(one, other);
    } catch (Throwable e) {
      throw Failures.ofUser(functions.site(), other, e);
    }
  }

  private void fit() {
    workspace.check();
    if (!memory.cover(table.bytes() + estimate.bytes())) {
      spill();
    }
  }

  private void spill() {
    SpillFile into = file;
    if (into == null) {
      into = workspace.spillFile();
      file = into;
    }
    long[][] order = order();
    SpillFile.Segment[] run = new SpillFile.Segment[order.length];
    for (int part = 0; part < order.length; part++) {
      run[part] = into.write(pairs(order[part]));
    }
    add(run);
    table.clear();
    estimate.clear();
    memory.close();
  }

  private void add(SpillFile.Segment[] run) {
    runs.add(run);
    if (runs.size() < workspace.fanIn()) {
      return;
    }
    // As many as can be merged at a time: they become one.
    SpillFile into = workspace.spillFile();
    SpillFile.Segment[] merged = new SpillFile.Segment[run.length];
    for (int part = 0; part < run.length; part++) {
      merged[part] = into.write(new Merged(cursors(part)));
    }
    runs.clear();
    runs.add(merged);
    requireNonNull(file, "file is null").discard();
    file = into;
  }

  private List<Cursor> cursors(int part) {
    List<Cursor> cursors = new ArrayList<>();
    for (SpillFile.Segment[] run : runs) {
      if (run[part].records() > 0) {
        cursors.add(Cursor.of(run[part].open()));
      }
    }
    return cursors;
  }

  /** The entries of the table by partition, each in the order of the spread hashes. */
  private long[][] order() {
    long[] all = table.order();
    int count = partitions.count();
    if (count == 1) {
      return new long[][] {all};
    }
    int[] of = new int[all.length];
    int[] sizes = new int[count];
    for (int i = 0; i < all.length; i++) {
      of[i] = partitions.of(table.key((int) all[i]));
      sizes[of[i]]++;
    }
    long[][] order = new long[count][];
    for (int part = 0; part < count; part++) {
      order[part] = new long[sizes[part]];
    }
    int[] filled = new int[count];
    for (int i = 0; i < all.length; i++) {
      order[of[i]][filled[of[i]]++] = all[i];
    }
    return order;
  }

  private Iterator<Object> pairs(long[] order) {
    return new Iterator<>() {
      private int at;

      @Override
      public boolean hasNext() {
        return at < order.length;
      }

      @Override
      public Object next() {
        if (at == order.length) {
          throw new NoSuchElementException("all entries have been given");
        }
        int entry = (int) order[at++];
        return new Pair<>(table.key(entry), table.value(entry));
      }
    };
  }

  /**
   * The pairs of each partition, in the order of the spread hashes; the aggregation is used up. The
   * iterators are to be read one after another.
   */
  public List<Iterator<Object>> results() {
    long[][] order = order();
    List<Iterator<Object>> results = new ArrayList<>(order.length);
    for (int part = 0; part < order.length; part++) {
      if (runs.isEmpty()) {
        results.add(pairs(order[part]));
      } else {
        List<Cursor> cursors = cursors(part);
        cursors.add(new Cursor.OfTable(table, order[part]));
        results.add(new Later(cursors));
      }
    }
    return results;
  }

  /** The pairs of an aggregation that has one partition. */
  public Iterator<Object> result() {
    return results().get(0);
  }

  /**
   * Merges runs of combiners, each sorted by spread hash, without a table.
   *
   * @param runs no more than the workspace merges at a time
   */
  public static Iterator<Object> merge(
      Workspace workspace, Combiner functions, List<Batches> runs) {
    Combining combining = new Combining(workspace, functions, Partitions.ONE);
    return combining.new Merged(runs.stream().map(Cursor::of).toList());
  }

  /** Opens the runs when it is asked for the first record. */
  private final class Later implements Iterator<Object> {
    private final List<Cursor> cursors;
    private @Nullable Merged merged;

    Later(List<Cursor> cursors) {
      this.cursors = cursors;
    }

    private Merged merged() {
      Merged now = merged;
      if (now == null) {
        now = new Merged(cursors);
        merged = now;
      }
      return now;
    }

    @Override
    public boolean hasNext() {
      return merged().hasNext();
    }

    @Override
    public Object next() {
      return merged().next();
    }
  }

  /** The pairs of several runs, each key once. */
  private final class Merged implements Iterator<Object> {
    private final RunHeap<Cursor> merge;
    private final Alike<Object> alike = new Alike<>();
    private int given;

    Merged(List<Cursor> runs) {
      this.merge = Cursor.merge(runs);
    }

    @Override
    public boolean hasNext() {
      return given < alike.size() || merge.top() != null;
    }

    @Override
    public Object next() {
      if (given == alike.size()) {
        gather();
      }
      Object pair = new Pair<>(alike.key(given), alike.value(given));
      given++;
      return pair;
    }

    private void gather() {
      alike.clear();
      given = 0;
      Cursor top = merge.top();
      if (top == null) {
        throw new NoSuchElementException("all pairs have been given");
      }
      int spread = top.spread;
      while (top != null && top.spread == spread) {
        int known = alike.find(top.key);
        if (known < 0) {
          alike.add(top.key, top.value);
        } else {
          alike.set(known, mergeCombiners(alike.value(known), top.value));
        }
        merge.next();
        top = merge.top();
      }
    }
  }
}
