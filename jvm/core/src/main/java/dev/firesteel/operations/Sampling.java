package dev.firesteel.operations;

import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.types.Pair;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Random parts of partitions. What is drawn depends on the seed, the partition and the place. */
public final class Sampling {
  private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

  /** Poisson numbers of a larger mean are drawn as sums, since exp(-mean) would vanish. */
  private static final double LARGEST_MEAN = 64;

  private Sampling() {}

  /** Records whose random number is in a range; ranges that do not overlap share none. */
  public static PartitionFunction share(double low, double high, long seed) {
    return (task, partition, records) -> {
      SplittableRandom random = random(seed, partition);
      return filtered(
          records,
          record -> {
            double drawn = random.nextDouble();
            return drawn >= low && drawn < high;
          });
    };
  }

  /** Each record any number of times, with replacement. */
  public static PartitionFunction poisson(double mean, long seed) {
    return (task, partition, records) -> {
      SplittableRandom random = random(seed, partition);
      return repeated(records, record -> poisson(random, mean));
    };
  }

  /** Pairs, of each key another share. */
  public static PartitionFunction shareByKey(Map<?, Double> fractions, long seed) {
    return (task, partition, records) -> {
      SplittableRandom random = random(seed, partition);
      return filtered(records, record -> random.nextDouble() < fraction(fractions, record));
    };
  }

  /** Pairs any number of times, of each key another mean. */
  public static PartitionFunction poissonByKey(Map<?, Double> fractions, long seed) {
    return (task, partition, records) -> {
      SplittableRandom random = random(seed, partition);
      return repeated(records, record -> poisson(random, fraction(fractions, record)));
    };
  }

  private static double fraction(Map<?, Double> fractions, Object record) {
    Object key = ((Pair<?, ?>) record).key();
    Double fraction = fractions.get(key);
    if (fraction == null) {
      throw new NoSuchElementException("there is no fraction for the key " + key);
    }
    return fraction;
  }

  private static SplittableRandom random(long seed, int partition) {
    return new SplittableRandom(seed ^ ((partition + 1) * GOLDEN));
  }

  /** By multiplication of uniform numbers (Knuth, The Art of Computer Programming, 3.4.1). */
  static int poisson(SplittableRandom random, double mean) {
    int drawn = 0;
    double left = mean;
    while (left > 0) {
      double part = Math.min(left, LARGEST_MEAN);
      double limit = Math.exp(-part);
      double product = random.nextDouble();
      while (product > limit) {
        drawn++;
        product *= random.nextDouble();
      }
      left -= part;
    }
    return drawn;
  }

  private static Iterator<Object> filtered(Iterator<?> records, Predicate<Object> wanted) {
    return repeated(records, record -> wanted.test(record) ? 1 : 0);
  }

  private static Iterator<Object> repeated(Iterator<?> records, ToIntFunction<Object> times) {
    return new Iterator<>() {
      private Iterator<?> current = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!current.hasNext() && records.hasNext()) {
          Object record = records.next();
          int wanted = times.applyAsInt(record);
          if (wanted > 0) {
            current = Collections.nCopies(wanted, record).iterator();
          }
        }
        return current.hasNext();
      }

      @Override
      public @Nullable Object next() {
        if (!hasNext()) {
          throw new NoSuchElementException("all records have been given");
        }
        return current.next();
      }
    };
  }
}
