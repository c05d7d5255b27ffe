package dev.firesteel.memory;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Whether the heap was nearly full when it had last been collected. Estimates of what objects take
 * may be wrong; this is what keeps the error from becoming an OutOfMemoryError.
 */
final class HeapPressure implements BooleanSupplier {
  private static final double FULL = 0.85;

  /** The classes behind it take their time to load, so not before a task in Java needs it. */
  private static final class Pools {
    static final List<MemoryPoolMXBean> ALL = find();
  }

  private static List<MemoryPoolMXBean> find() {
    List<MemoryPoolMXBean> pools = new ArrayList<>();
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      // Those where objects stay: an Eden or a survivor space is meant to be full.
      String name = pool.getName();
      if (pool.getType() == MemoryType.HEAP
          && pool.isCollectionUsageThresholdSupported()
          && !name.contains("Eden")
          && !name.contains("Survivor")
          && pool.getUsage().getMax() > 0) {
        pools.add(pool);
      }
    }
    return pools;
  }

  @Override
  public boolean getAsBoolean() {
    for (MemoryPoolMXBean pool : Pools.ALL) {
      var collected = pool.getCollectionUsage();
      if (collected != null && collected.getUsed() > collected.getMax() * FULL) {
        return true;
      }
    }
    return false;
  }
}
