package dev.firesteel.storage;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Log;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The bounded room in the tmpfs, and which file takes how much of it. A tmpfs is memory and often
 * reports more room than there is, so the bound is a share of the least of: free tmpfs, available
 * memory, and what the control group leaves. Space is charged to a file before it is written, in
 * steps, and settled when its size is known.
 *
 * <p>Two measures say no: the sum of the charges may not pass the capacity, and what is charged
 * newly must physically be there. A file that has gone, but is still mapped, takes its room until
 * its last reader lets go of it: it lingers, and counts as used. Whether it does is only asked when
 * that would decide: after so many bytes have gone as there are free.
 *
 * <p>Thread-safe.
 */
public final class MemoryTier {
  private static final Log LOG = Log.of("storage");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  /** The third line is wanted; the kernel's work is the same, but there are fifty more. */
  private static final int MEMORY_INFO_READ = 512;

  /** A tmpfs up to this size is no place for blocks: containers have one of 64 MB by default. */
  public static final long TINY = 64L << 20;

  /** Charges up to this size are granted without looking at what is physically free. */
  private static final long SMALL = 1 << 20;

  /** Payloads below this size are copied by those who read them, never mapped. */
  private static final long MAPPED_FROM = 1 << 20;

  private final long capacity;
  private final LongSupplier free;
  private final Supplier<Set<Path>> mapped;
  private final long mappedFrom;

  // Guarded by this.
  private final Map<Path, Charge> charges = new HashMap<>();
  private long used;

  /** What files took that have gone, and were mapped when that was last asked or went since. */
  private final Map<Path, Long> lingering = new HashMap<>();

  private long lingers;

  /** What a file is charged, and whether that is its final size. */
  private record Charge(long bytes, boolean settled) {}

  /**
   * A tier with this many bytes.
   *
   * @param capacity 0 for a tier that takes nothing
   * @param free what is physically free; asked without a lock, and may do IO
   * @param mapped the files that have gone and that processes have mapped; likewise
   */
  public MemoryTier(long capacity, LongSupplier free, Supplier<Set<Path>> mapped) {
    this(capacity, free, mapped, MAPPED_FROM);
  }

  /** A tier whose files are mapped from this many bytes. */
  MemoryTier(long capacity, LongSupplier free, Supplier<Set<Path>> mapped, long mappedFrom) {
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity is negative: " + capacity);
    }
    this.capacity = capacity;
    this.free = requireNonNull(free, "free is null");
    this.mapped = requireNonNull(mapped, "mapped is null");
    this.mappedFrom = mappedFrom;
  }

  /** A tier with this many bytes that are always physically there. */
  public MemoryTier(long capacity) {
    this(capacity, () -> Long.MAX_VALUE, Set::of);
  }

  /** Whether there is a directory that this user may write to. */
  public static boolean usable(Path directory) {
    return Files.isDirectory(directory) && Files.isWritable(directory);
  }

  /** The size of the file system of a directory. */
  public static long size(Path directory) throws IOException {
    return Files.getFileStore(directory).getTotalSpace();
  }

  /**
   * Tells how many bytes can be written there, as the file system and the memory behind it allow:
   * at the time that it is asked. The file system is looked up once, which takes longer than all
   * the rest.
   */
  public static LongSupplier free(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    AtomicBoolean said = new AtomicBoolean();
    return () -> free(store, directory, said);
  }

  private static long free(FileStore store, Path directory, AtomicBoolean said) {
    try {
      return Math.min(Math.min(store.getUsableSpace(), availableMemory()), groupRoom());
    } catch (IOException | NumberFormatException e) {
      if (!said.getAndSet(true)) {
        LOG.warn(
            Files.isDirectory(directory)
                ? "Free memory can't be read, so everything goes to disk: " + e
                : "The memory tier's directory %s has gone, so everything goes to disk. When somebody's last session ends, a system may clear /dev/shm of what is theirs (RemoveIPC in logind.conf)."
                    .formatted(directory));
      }
      return 0;
    }
  }

  public long capacity() {
    return capacity;
  }

  /** The bytes that files have been charged, those that have gone not included. */
  public synchronized long used() {
    return used;
  }

  /**
   * Charges more bytes to a file, when there is room for all of them.
   *
   * @return whether there was
   */
  public boolean charge(Path file, long bytes) {
    requireNonNull(file, "file is null");
    if (bytes < 0) {
      throw new IllegalArgumentException("a charge is negative: " + bytes);
    }
    look(bytes);
    synchronized (this) {
      if (bytes > capacity - used - lingers) {
        return false;
      }
      used += bytes;
      Charge before = charges.get(file);
      charges.put(file, new Charge(bytes + (before == null ? 0 : before.bytes()), false));
    }
    if (bytes > SMALL && free.getAsLong() < bytes) {
      discharge(file, bytes);
      return false;
    }
    return true;
  }

  /** Asks which files linger, if it depends on that whether so many bytes fit. */
  private void look(long bytes) {
    Set<Path> asked;
    synchronized (this) {
      long room = capacity - used;
      if (bytes > room || bytes <= room - lingers) {
        return;
      }
      asked = new HashSet<>(lingering.keySet());
    }
    asked.removeAll(mapped.get());
    synchronized (this) {
      for (Path gone : asked) {
        Long bytesOfIt = lingering.remove(gone);
        lingers -= bytesOfIt == null ? 0 : bytesOfIt;
      }
    }
  }

  /** How much must go before this can be charged; nothing when it fits. */
  public long missing(long bytes) {
    long lacking = bytes - free.getAsLong();
    synchronized (this) {
      return Math.max(0, Math.max(lacking, bytes - (capacity - used - lingers)));
    }
  }

  /** A file has got its final size: that is what it is charged from now on. */
  public synchronized void settle(Path file, long bytes) {
    requireNonNull(file, "file is null");
    Charge before = charges.put(file, new Charge(bytes, true));
    used += bytes - (before == null ? 0 : before.bytes());
  }

  /** A file has gone. One that was charged nothing has no effect. */
  public synchronized void release(Path file) {
    Charge before = charges.remove(file);
    if (before != null) {
      used -= before.bytes();
      if (before.settled() && before.bytes() >= mappedFrom) {
        Long twice = lingering.put(file, before.bytes());
        lingers += before.bytes() - (twice == null ? 0 : twice);
      }
    }
  }

  /** The files that are complete and charged something. */
  public synchronized List<Path> settled() {
    List<Path> settled = new ArrayList<>();
    charges.forEach(
        (file, charge) -> {
          if (charge.settled()) {
            settled.add(file);
          }
        });
    return settled;
  }

  private synchronized void discharge(Path file, long bytes) {
    Charge before = charges.get(file);
    if (before != null) {
      used -= bytes;
      if (before.bytes() == bytes) {
        charges.remove(file);
      } else {
        charges.put(file, new Charge(before.bytes() - bytes, before.settled()));
      }
    }
  }

  private static long availableMemory() throws IOException {
    String beginning;
    try (InputStream info = Files.newInputStream(MEMORY_INFO)) {
      beginning = new String(info.readNBytes(MEMORY_INFO_READ), StandardCharsets.US_ASCII);
    }
    int start = beginning.indexOf(AVAILABLE);
    int end = beginning.indexOf(" kB", start);
    if (start >= 0 && end >= 0) {
      return Long.parseLong(beginning.substring(start + AVAILABLE.length(), end).trim()) << 10;
    }
    throw new IOException("/proc/meminfo has no MemAvailable");
  }

  /** What the control group (version 2, or 1) leaves; no limit when it has none. */
  private static long groupRoom() {
    long room = difference("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current");
    return Math.min(
        room,
        difference(
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes"));
  }

  private static long difference(String limitFile, String usageFile) {
    try {
      Path limit = Path.of(limitFile);
      if (!Files.exists(limit)) {
        return Long.MAX_VALUE;
      }
      String text = Files.readString(limit).trim();
      if (text.equals("max")) {
        return Long.MAX_VALUE;
      }
      long usage = Long.parseLong(Files.readString(Path.of(usageFile)).trim());
      return Math.max(0, Long.parseLong(text) - usage);
    } catch (IOException | NumberFormatException e) {
      LOG.debug("The control group's limit can't be read: " + e);
      return Long.MAX_VALUE;
    }
  }
}
