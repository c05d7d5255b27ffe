package dev.firesteel.memory;

import static java.util.Objects.requireNonNull;

import dev.firesteel.config.ConfigKeys;
import dev.firesteel.config.FiresteelConf;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The part of the heap that tasks in Java and cached objects share. It counts estimates; nothing is
 * allocated here.
 *
 * <p>Half of what tasks can have is set aside, the same for each slot; the other half goes to those
 * who ask first, but of N running tasks none gets more than one N-th of all. So a task that starts
 * late has room at once and nobody ever waits for another, which tasks of a barrier stage could do
 * for ever. Cached objects take any room that is free; tasks get it back by eviction, down to a
 * share that is the objects' own. Objects never take what a task has.
 *
 * <p>Thread-safe. {@link Room} is called without the lock.
 */
public final class HeapMemory {
  /** What the JVM and the engine themselves need. */
  private static final long RESERVED = 300L << 20;

  private final long size;
  private final long kept;
  private final int slots;
  private final BooleanSupplier pressure;
  private volatile Room room = bytes -> false;

  // Guarded by this.
  private final Set<TaskMemory> tasks = new HashSet<>();
  private long execution;
  private long storage;

  /** Who can evict cached objects. */
  @FunctionalInterface
  public interface Room {
    /** Evicts objects of so many bytes, or none when that is impossible; may do IO. */
    boolean make(long bytes);
  }

  /**
   * Memory that nobody has yet.
   *
   * @param size bytes
   * @param storageShare what part of it cached objects keep, however much tasks want
   * @param slots how many tasks run at a time
   * @param pressure whether the heap is nearly full, whatever the estimates say
   */
  public HeapMemory(long size, double storageShare, int slots, BooleanSupplier pressure) {
    if (size < 0 || storageShare < 0 || storageShare > 1 || slots < 1) {
      throw new IllegalArgumentException(
          "no memory has %d bytes, a share of %s and %d slots"
              .formatted(size, storageShare, slots));
    }
    this.size = size;
    this.kept = (long) (size * storageShare);
    this.slots = slots;
    this.pressure = requireNonNull(pressure, "pressure is null");
  }

  /** What the settings give of this JVM's heap. */
  public static HeapMemory of(FiresteelConf conf, int slots) {
    long heap = Runtime.getRuntime().maxMemory();
    long usable = Math.max(heap - RESERVED, heap / 2);
    return new HeapMemory(
        (long) (usable * conf.get(ConfigKeys.MEMORY_FRACTION)),
        conf.get(ConfigKeys.MEMORY_STORAGE_FRACTION),
        slots,
        new HeapPressure());
  }

  /** Who evicts cached objects from now on. */
  public void evictBy(Room evictor) {
    this.room = requireNonNull(evictor, "evictor is null");
  }

  /** The memory of a task that begins now; closed at its end. */
  public synchronized TaskMemory begin() {
    TaskMemory task = new TaskMemory(this);
    tasks.add(task);
    return task;
  }

  /** All of it, in bytes. */
  public long size() {
    return size;
  }

  /** What tasks have. */
  public synchronized long execution() {
    return execution;
  }

  /** What cached objects take. */
  public synchronized long storage() {
    return storage;
  }

  /**
   * What an operator may hold without asking, since it could not go on with less: of the size of a
   * batch, less where all is small.
   */
  long floor() {
    return Math.min(1 << 20, size / (8L * slots));
  }

  long share() {
    return size / slots;
  }

  boolean acquire(TaskMemory task, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("less than nothing is asked for: " + bytes);
    }
    if (task.held() >= size / (4L * slots) && pressure.getAsBoolean()) {
      return false; // the estimates were too low: let it spill
    }
    long missing = tryAcquire(task, bytes);
    return missing == 0 || (missing > 0 && room.make(missing) && tryAcquire(task, bytes) == 0);
  }

  /** Returns 0 when it was granted, what cached objects would have to give, or -1 for never. */
  private synchronized long tryAcquire(TaskMemory task, long bytes) {
    long pool = size - Math.min(storage, kept);
    long own = pool / (2L * slots);
    long wanted = task.held + bytes;
    if (!tasks.contains(task) || wanted > pool / Math.max(1, tasks.size())) {
      return -1;
    }
    if (wanted > own) {
      long shared = wanted - own;
      for (TaskMemory other : tasks) {
        shared += other == task ? 0 : Math.max(0, other.held - own);
      }
      if (shared > pool - own * slots) {
        return -1;
      }
    }
    long free = size - execution - storage;
    if (bytes > free) {
      return bytes - free;
    }
    task.held += bytes;
    execution += bytes;
    return 0;
  }

  synchronized void release(TaskMemory task, long bytes) {
    if (bytes < 0 || bytes > task.held) {
      throw new IllegalArgumentException(
          "%d bytes are given back of %d".formatted(bytes, task.held));
    }
    task.held -= bytes;
    execution -= bytes;
  }

  synchronized void end(TaskMemory task) {
    if (tasks.remove(task)) {
      execution -= task.held;
      task.held = 0;
    }
  }

  synchronized long held(TaskMemory task) {
    return task.held;
  }

  /** Takes room for cached objects, when so much is free. */
  public synchronized boolean store(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("less than nothing is stored: " + bytes);
    }
    if (bytes > size - execution - storage) {
      return false;
    }
    storage += bytes;
    return true;
  }

  /** Gives back what cached objects took. */
  public synchronized void free(long bytes) {
    if (bytes < 0 || bytes > storage) {
      throw new IllegalArgumentException("%d bytes are freed of %d".formatted(bytes, storage));
    }
    storage -= bytes;
  }

  /** How much must be evicted before objects of this size can be stored; 0 when they fit. */
  public synchronized long missing(long bytes) {
    return Math.max(0, bytes - (size - execution - storage));
  }

  /** Whether tasks have so much that objects of this size can't be stored, whoever goes. */
  public synchronized boolean hopeless(long bytes) {
    return bytes > size - execution;
  }
}
