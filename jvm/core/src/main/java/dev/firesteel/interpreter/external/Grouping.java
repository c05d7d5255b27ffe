package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import dev.firesteel.memory.Footprint;
import dev.firesteel.memory.Reservation;
import dev.firesteel.types.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Groups values by key in bounded memory; values keep the order in which they came. Runs hold flat
 * pairs, sorted by spread hash; but a large group has a segment of its own, from which it is read
 * when it is asked for, so a group may be larger than memory. Groups come out in the order of the
 * spread hashes, whether something was spilled or not.
 */
public final class Grouping {
  private static final Object GIVEN = new Object();

  private final Workspace workspace;
  private final Reservation memory;
  private final Estimate estimate;
  private final long large;
  private final KeyTable table = new KeyTable();
  private final List<Run> runs = new ArrayList<>();

  private @Nullable SpillFile overflow;
  private long values;
  private long places; // for references, of 4 bytes each

  /** The values of a key so far. */
  private static final class Group {
    private Object[] values = new Object[4];
    private int size;

    void add(Object value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size + (size >> 1));
      }
      values[size++] = value;
    }

    Object[] all() {
      return size == values.length ? values : Arrays.copyOf(values, size);
    }
  }

  /** A spilled table. */
  private record Run(SpillFile file, SpillFile.Segment pairs, List<Large> large) {}

  /** A group that has a segment of its own, which holds values only. */
  private record Large(int spread, Object key, SpillFile.Segment values) {}

  /** A grouping that has no records yet. */
  public Grouping(Workspace workspace) {
    this.workspace = requireNonNull(workspace, "workspace is null");
    this.memory = workspace.memory().reserve();
    this.estimate = new Estimate(workspace.memory().share() / 64);
    this.large = Math.max(1 << 10, Math.min(1 << 20, workspace.memory().share() / 16));
  }

  /** Takes in a value of a key. */
  public void add(Object key, Object value) {
    int spread = KeyHash.spread(KeyHash.of(key));
    int entry = table.find(key, spread);
    Group group;
    if (entry < 0) {
      group = new Group();
      table.add(key, group, spread, entry);
      places += 10 + group.values.length; // the headers of both, too
    } else {
      group = group(entry);
    }
    int room = group.values.length;
    group.add(value);
    places += group.values.length - room;
    values++;
    if (estimate.due()) {
      estimate.add(Footprint.of(value) + (entry < 0 ? Footprint.of(key) : 0));
      workspace.check();
      if (!memory.cover(held())) {
        spill();
      }
    }
  }

  private Group group(int entry) {
    return (Group) requireNonNull(table.value(entry), "an entry has no group");
  }

  private long held() {
    return table.bytes() + 4 * places + estimate.bytes();
  }

  private void spill() {
    SpillFile file = workspace.spillFile();
    long many = Math.max(2, large * values / Math.max(1, held()));
    long[] order = table.order();
    List<Large> apart = new ArrayList<>();
    for (long entry : order) {
      Group group = group((int) entry);
      if (group.size > many) {
        SpillFile.Segment segment = file.write(Arrays.asList(group.all()).iterator());
        apart.add(new Large((int) (entry >>> 32), table.key((int) entry), segment));
      }
    }
    SpillFile.Appender flat = file.append();
    for (long entry : order) {
      Group group = group((int) entry);
      Object key = table.key((int) entry);
      for (int i = 0; group.size <= many && i < group.size; i++) {
        flat.add(new Pair<>(key, group.values[i]));
      }
    }
    runs.add(new Run(file, flat.finish(), apart));
    table.clear();
    estimate.clear();
    values = 0;
    places = 0;
    memory.close();
    if (runs.size() >= workspace.fanIn()) {
      mergeRuns();
    }
  }

  /** As many runs as can be merged at a time become one; large groups stay where they are. */
  private void mergeRuns() {
    SpillFile file = workspace.spillFile();
    List<Large> apart = new ArrayList<>();
    SpillFile.Appender flat = file.append();
    Merged merged = new Merged(List.of());
    while (merged.hasNext()) {
      merged.gather();
      for (int i = 0; i < merged.alike.size(); i++) {
        Object key = merged.alike.key(i);
        Pieces pieces = merged.alike.value(i);
        if (pieces.stored.isEmpty()) {
          for (Object value : pieces.held.all()) {
            flat.add(new Pair<>(key, value));
          }
        } else {
          pieces.store();
          for (SpillFile.Segment segment : pieces.stored) {
            apart.add(new Large(merged.spread, key, segment));
          }
        }
      }
      merged.given = merged.alike.size();
    }
    runs.clear(); // their files stay open for the large groups, until the task ends
    runs.add(new Run(file, flat.finish(), apart));
  }

  /**
   * The groups: pairs of a key and a collection of its values. The grouping is used up. A group
   * that is read from a file can be read again and again, until the task ends.
   */
  public Iterator<Object> result() {
    long[] order = table.order();
    if (runs.isEmpty()) {
      return new Held(order);
    }
    return new Merged(List.of(new Cursor.OfTable(table, order)));
  }

  private final class Held implements Iterator<Object> {
    private final long[] order;
    private int at;

    Held(long[] order) {
      this.order = order;
    }

    @Override
    public boolean hasNext() {
      return at < order.length;
    }

    @Override
    public Object next() {
      if (at == order.length) {
        throw new NoSuchElementException("all groups have been given");
      }
      int entry = (int) order[at++];
      Group group = group(entry);
      table.set(entry, GIVEN); // whoever has it keeps it, not we
      return new Pair<>(table.key(entry), new ArrayList<>(Arrays.asList(group.all())));
    }
  }

  /** The values of a group as they are found, run by run: in files first, then those in memory. */
  private final class Pieces {
    final List<SpillFile.Segment> stored = new ArrayList<>();
    private Group held = new Group();
    private long bytes;

    void add(Object value) {
      held.add(value);
      bytes += Footprint.of(value) + 4;
      if (bytes > large) {
        store();
      }
    }

    /** What is in memory goes to a file. */
    void store() {
      if (held.size > 0) {
        stored.add(overflow().write(Arrays.asList(held.all()).iterator()));
        held = new Group();
        bytes = 0;
      }
    }

    void add(SpillFile.Segment segment) {
      store();
      stored.add(segment);
    }

    Collection<Object> collection() {
      if (stored.isEmpty()) {
        return new ArrayList<>(Arrays.asList(held.all()));
      }
      return new GroupedValues(stored, held.all());
    }
  }

  /** Where large groups go while runs are merged. */
  private SpillFile overflow() {
    SpillFile file = overflow;
    if (file == null) {
      file = workspace.spillFile();
      overflow = file;
    }
    return file;
  }

  /** The groups of all runs. */
  private final class Merged implements Iterator<Object> {
    private final RunHeap<Cursor> merge;
    private final Alike<Pieces> alike = new Alike<>();
    private int spread;
    private int given;

    Merged(List<Cursor> last) {
      List<Cursor> cursors = new ArrayList<>();
      for (Run run : runs) {
        cursors.add(new OfLarge(run.large()));
        cursors.add(Cursor.of(run.pairs().open()));
      }
      cursors.addAll(last);
      this.merge = Cursor.merge(cursors);
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
      Object pair = new Pair<>(alike.key(given), alike.value(given).collection());
      given++;
      return pair;
    }

    void gather() {
      alike.clear();
      given = 0;
      Cursor top = merge.top();
      if (top == null) {
        throw new NoSuchElementException("all groups have been given");
      }
      spread = top.spread;
      while (top != null && top.spread == spread) {
        int known = alike.find(top.key);
        Pieces pieces;
        if (known < 0) {
          pieces = new Pieces();
          alike.add(top.key, pieces);
        } else {
          pieces = alike.value(known);
        }
        if (top instanceof OfLarge) {
          pieces.add((SpillFile.Segment) requireNonNull(top.value, "a large group has no file"));
        } else if (top instanceof Cursor.OfTable) {
          Group group = (Group) requireNonNull(top.value, "an entry has no group");
          for (int i = 0; i < group.size; i++) {
            pieces.add(group.values[i]);
          }
        } else {
          pieces.add(top.value);
        }
        merge.next();
        top = merge.top();
      }
    }
  }

  /** Over the large groups of a run. */
  private static final class OfLarge extends Cursor {
    private final List<Large> groups;
    private int at;

    OfLarge(List<Large> groups) {
      this.groups = groups;
    }

    @Override
    public boolean advance() {
      if (at == groups.size()) {
        return false;
      }
      Large group = groups.get(at++);
      spread = group.spread();
      key = group.key();
      value = group.values();
      return true;
    }
  }
}
