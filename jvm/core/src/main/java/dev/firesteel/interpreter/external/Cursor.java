package dev.firesteel.interpreter.external;

import dev.firesteel.types.Pair;
import java.util.List;

/** Goes over the entries of a run that is sorted by spread hash. */
@SuppressWarnings("NullAway.Init") // there is no entry before the first
abstract class Cursor implements RunHeap.Run {
  int spread;
  Object key;
  Object value;

  /** Merges runs by spread hash. */
  static RunHeap<Cursor> merge(List<Cursor> runs) {
    return new RunHeap<>(runs, (one, other) -> Integer.compareUnsigned(one.spread, other.spread));
  }

  /** Over pairs that come in batches. */
  static Cursor of(Batches batches) {
    return new OfBatches(batches);
  }

  private static final class OfBatches extends Cursor {
    private final Batches batches;
    private Object[] batch = new Object[0];
    private int at;
    private boolean begun;

    OfBatches(Batches batches) {
      this.batches = batches;
    }

    @Override
    public boolean advance() {
      while (at == batch.length) {
        Object[] more = batches.next();
        if (more == null) {
          batch = new Object[0];
          at = 0;
          return false;
        }
        batch = more;
        at = 0;
      }
      Pair<?, ?> pair = (Pair<?, ?>) batch[at];
      at++;
      key = pair.key();
      value = pair.value();
      int next = KeyHash.spread(KeyHash.of(key));
      if (begun && Integer.compareUnsigned(next, spread) < 0) {
        throw new IllegalStateException(
            "a run is not in the order of its keys' hashes at "
                + key
                + ": the key's hashCode gives different numbers for equal keys");
      }
      begun = true;
      spread = next;
      return true;
    }
  }

  /** Over entries of a table, in its order. */
  static final class OfTable extends Cursor {
    private final KeyTable table;
    private final long[] order;
    private int at;

    OfTable(KeyTable table, long[] order) {
      this.table = table;
      this.order = order;
    }

    @Override
    public boolean advance() {
      if (at == order.length) {
        return false;
      }
      long next = order[at++];
      spread = (int) (next >>> 32);
      int entry = (int) next;
      key = table.key(entry);
      value = table.value(entry);
      return true;
    }
  }
}
