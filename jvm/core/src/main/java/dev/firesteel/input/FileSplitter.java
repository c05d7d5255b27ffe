package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lists inputs, cuts them into partitions, and remembers the answer under a number, by which
 * lineage refers to it. Thread-safe; it reads directories, so it is not for the scheduler's thread.
 *
 * <p>Text is cut as Hadoop's {@code mapred.FileInputFormat} cuts files of the local file system;
 * whole files are packed as {@code CombineFileInputFormat} packs files of one host.
 */
public final class FileSplitter implements InputListings {
  /** A last split may be so much longer than the others rather than be a tiny one. */
  private static final double SLOP = 1.1;

  private final long blockSize;
  private final AtomicLong nextId = new AtomicLong(1);
  private final Map<Long, FileSet> sets = new ConcurrentHashMap<>();

  /**
   * A splitter that has listed nothing.
   *
   * @param blockSize the most bytes in a split of text
   */
  public FileSplitter(long blockSize) {
    if (blockSize < 1) {
      throw new IllegalArgumentException("blockSize is " + blockSize);
    }
    this.blockSize = blockSize;
  }

  @Override
  public FileSet text(List<String> paths, @Nullable String directory, int minPartitions)
      throws IOException {
    List<FileLister.Listed> files = new FileLister(directory, true, false).list(paths);
    long total = 0;
    for (FileLister.Listed file : files) {
      total += file.size();
    }
    long goal = total / Math.max(1, minPartitions);
    long splitSize = Math.max(1, Math.min(goal, blockSize));
    List<List<FileSplit>> partitions = new ArrayList<>();
    for (FileLister.Listed file : files) {
      if (file.codec() != null) {
        // Spark leaves empty splits out; a compressed file of no bytes is one.
        if (file.size() > 0) {
          partitions.add(List.of(split(file, 0, file.size())));
        }
        continue;
      }
      long remaining = file.size();
      while ((double) remaining / splitSize > SLOP) {
        partitions.add(List.of(split(file, file.size() - remaining, splitSize)));
        remaining -= splitSize;
      }
      if (remaining > 0) {
        partitions.add(List.of(split(file, file.size() - remaining, remaining)));
      }
    }
    return remember(partitions);
  }

  @Override
  public FileSet whole(List<String> paths, @Nullable String directory, int minPartitions)
      throws IOException {
    List<FileLister.Listed> files = new FileLister(directory, true, true).list(paths);
    long total = 0;
    for (FileLister.Listed file : files) {
      total += file.size();
    }
    long most = (long) Math.ceil((double) total / Math.max(1, minPartitions));
    List<List<FileSplit>> partitions = new ArrayList<>();
    List<FileSplit> current = new ArrayList<>();
    long size = 0;
    for (FileLister.Listed file : files) {
      current.add(split(file, 0, file.size()));
      size += file.size();
      if (most > 0 && size >= most) {
        partitions.add(List.copyOf(current));
        current.clear();
        size = 0;
      }
    }
    if (!current.isEmpty()) {
      partitions.add(List.copyOf(current));
    }
    return remember(partitions);
  }

  /**
   * Lists files that are read as bytes, each as one split; nothing is remembered.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param nested whether a directory may hold directories, which do not count; else it is refused
   * @throws InputException when an input is not there or can't be read
   */
  public static List<FileSplit> bytes(
      List<String> paths, @Nullable String directory, boolean nested) throws IOException {
    List<FileSplit> files = new ArrayList<>();
    for (FileLister.Listed file : new FileLister(directory, false, nested).list(paths)) {
      files.add(split(file, 0, file.size()));
    }
    return files;
  }

  @Override
  public Optional<FileSet> find(long id) {
    return Optional.ofNullable(sets.get(id));
  }

  @Override
  public void forget(Collection<Long> ids) {
    sets.keySet().removeAll(ids);
  }

  private FileSet remember(List<List<FileSplit>> partitions) {
    FileSet set = new FileSet(nextId.getAndIncrement(), requireNonNull(partitions));
    sets.put(set.id(), set);
    return set;
  }

  private static FileSplit split(FileLister.Listed file, long start, long length) {
    return new FileSplit(
        file.path().toString(),
        file.uri(),
        start,
        length,
        file.size(),
        file.modifiedNanos(),
        file.codec());
  }
}
