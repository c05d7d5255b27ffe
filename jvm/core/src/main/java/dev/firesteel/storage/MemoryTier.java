package dev.firesteel.storage;

import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bounded room in the tmpfs. A tmpfs is memory and often reports more room than there is, so
 * the bound is a share of the least of: free tmpfs, available memory, and what the control group
 * leaves. Space is reserved before a block is written and settled when its size is known.
 * Thread-safe.
 */
public final class MemoryTier {
  private static final Log LOG = Log.of("storage");
  private static final Path SHM = Path.of("/dev/shm");

  private final long capacity;
  private final AtomicLong used = new AtomicLong();

  /**
   * A tier with this many bytes.
   *
   * @param capacity 0 for a tier that takes nothing
   */
  public MemoryTier(long capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity is negative: " + capacity);
    }
    this.capacity = capacity;
  }

  /** Whether this machine has a tmpfs where this user may write. */
  public static boolean usable() {
    return Files.isDirectory(SHM) && Files.isWritable(SHM);
  }

  /** The tmpfs that the memory tier uses. */
  public static Path mount() {
    return SHM;
  }

  /** The bytes that a tier may take now: {@code share} of what is really free. */
  public static long measure(double share) {
    long free = Long.MAX_VALUE;
    try {
      free = Math.min(free, Files.getFileStore(SHM).getUsableSpace());
      free = Math.min(free, availableMemory());
    } catch (IOException | NumberFormatException e) {
      LOG.warn("Free memory can't be read, so everything goes to disk: " + e);
      return 0;
    }
    return (long) (Math.min(free, groupRoom()) * share);
  }

  public long capacity() {
    return capacity;
  }

  public long used() {
    return used.get();
  }

  /** Whether something of this size fits now. It may have stopped fitting when it is written. */
  public boolean hasRoom(long bytes) {
    return used.get() + bytes <= capacity;
  }

  /** Counts a block that has entered the tier, or with a negative size one that has left it. */
  public void add(long bytes) {
    used.addAndGet(bytes);
  }

  private static long availableMemory() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        int end = line.indexOf(" kB");
        return Long.parseLong(line.substring("MemAvailable:".length(), end).trim()) << 10;
      }
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
