package dev.firesteel.interpreter.external;

import java.util.Arrays;

/**
 * Keys with a value each, in the order in which they came. Open addressing: a slot holds the spread
 * hash of a key and the number of its entry, so a look-up that fails seldom touches an entry; the
 * entries are in chunks, which are never copied.
 *
 * <p>{@link #order} sorts by spread hash. The place in the table comes from other bits, since
 * records that arrive in the order of their places, as those of an earlier table do, would form
 * long clusters in one that is still small.
 */
final class KeyTable {
  private static final int CHUNK_BITS = 11;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final int FIRST_SLOTS = 1 << 10;
  private static final int PLACE = 0x9e3779b9;

  private long[] slots = new long[FIRST_SLOTS];
  private int shift = 32 - 10;
  private Object[][] chunks = new Object[4][];
  private int size;

  int size() {
    return size;
  }

  /** What the table itself takes, without keys and values; with the next growth in it. */
  long bytes() {
    return 16L * slots.length + (((long) size >> CHUNK_BITS) + 1) * (8L * CHUNK + 16);
  }

  /** Returns the entry of a key, or a negative number if there is none. */
  int find(Object key, int spread) {
    long[] all = slots;
    int mask = all.length - 1;
    for (int at = (spread * PLACE) >>> shift; ; at = (at + 1) & mask) {
      long slot = all[at];
      if (slot == 0) {
        return ~at;
      }
      if ((int) (slot >>> 32) == spread) {
        int entry = (int) slot - 1;
        Object known = key(entry);
        if (known == key || (key != null && key.equals(known))) {
          return entry;
        }
      }
    }
  }

  /** Adds a key that {@link #find} has not found; {@code place} is what that has returned. */
  void add(Object key, Object value, int spread, int place) {
    int chunk = size >> CHUNK_BITS;
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * chunk);
    }
    if (chunks[chunk] == null) {
      chunks[chunk] = new Object[2 * CHUNK];
    }
    int at = 2 * (size & (CHUNK - 1));
    chunks[chunk][at] = key;
    chunks[chunk][at + 1] = value;
    size++;
    slots[~place] = ((long) spread << 32) | size;
    if (size > slots.length / 2) {
      grow();
    }
  }

  Object key(int entry) {
    return chunks[entry >> CHUNK_BITS][2 * (entry & (CHUNK - 1))];
  }

  Object value(int entry) {
    return chunks[entry >> CHUNK_BITS][2 * (entry & (CHUNK - 1)) + 1];
  }

  void set(int entry, Object value) {
    chunks[entry >> CHUNK_BITS][2 * (entry & (CHUNK - 1)) + 1] = value;
  }

  private void grow() {
    if (slots.length == 1 << 29) {
      throw new IllegalStateException("a table of 2^28 keys can't grow"); // it has spilled before
    }
    long[] old = slots;
    slots = new long[2 * old.length];
    shift--;
    int mask = slots.length - 1;
    for (long slot : old) {
      if (slot != 0) {
        int at = ((int) (slot >>> 32) * PLACE) >>> shift;
        while (slots[at] != 0) {
          at = (at + 1) & mask;
        }
        slots[at] = slot;
      }
    }
  }

  /**
   * The entries, sorted by spread hash as an unsigned number, those of equal hash as they came: in
   * the upper half of each element the hash, in the lower one the entry.
   */
  long[] order() {
    long[] order = new long[size];
    int found = 0;
    for (long slot : slots) {
      if (slot != 0) {
        order[found++] = (slot - 1) ^ Long.MIN_VALUE; // sorts as if it were unsigned
      }
    }
    Arrays.sort(order);
    for (int i = 0; i < order.length; i++) {
      order[i] ^= Long.MIN_VALUE;
    }
    return order;
  }

  /** Forgets everything. */
  void clear() {
    slots = new long[FIRST_SLOTS];
    shift = 32 - 10;
    chunks = new Object[4][];
    size = 0;
  }
}
