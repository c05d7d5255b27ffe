package dev.firesteel.records;

import dev.firesteel.types.Pair;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how many records go into a batch, so that its payload is 64 to 640 KB: it learns from
 * each batch for the next. For one thread.
 */
public final class BatchSize {
  private static final int LOW = 64 << 10;
  private static final int TARGET = 256 << 10;
  private static final int HIGH = 640 << 10;
  private static final int MOST = 1 << 18;
  private static final int FIRST = 64;

  private int records = FIRST;

  /** How many records the next batch should have, at most. */
  public int records() {
    return records;
  }

  /** Learns from a batch. */
  public void learn(int count, long bytes) {
    if (bytes > HIGH) {
      records = (int) Math.max(1, count * (long) TARGET / bytes);
    } else if (bytes < LOW && count >= records) {
      long times = Math.max(2, Math.min(16, TARGET / Math.max(bytes, 1)));
      records = (int) Math.min(MOST, count * times);
    }
  }

  /** Whether records of this weight fill a batch, however few they are. */
  public static boolean isHeavy(long weight) {
    return weight >= HIGH;
  }

  /** About how many bytes a record takes, where that can be told at a glance; else 0. */
  public static long weight(@Nullable Object record) {
    // Classes only: to find that an object is of no such interface takes longer than all the rest.
    if (record instanceof String text) {
      return text.length();
    }
    if (record instanceof Pair<?, ?> pair) {
      return weight(pair.key()) + weight(pair.value());
    }
    if (record instanceof byte[] bytes) {
      return bytes.length;
    }
    if (record instanceof double[] numbers) {
      return 8L * numbers.length;
    }
    if (record instanceof long[] numbers) {
      return 8L * numbers.length;
    }
    return record instanceof ArrayList<?> list ? 8L * list.size() : 0;
  }
}
