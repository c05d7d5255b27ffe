package dev.firesteel.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists files and cuts them into partitions. Immutable; it reads directories, so it is not for the
 * scheduler's thread.
 *
 * <p>Text is cut as Hadoop's {@code mapred.FileInputFormat} cuts files of the local file system;
 * whole files are packed as {@code CombineFileInputFormat} packs files of one host.
 */
public final class FileSplitter {
  /** A last split may be so much longer than the others rather than be a tiny one. */
  private static final double SLOP = 1.1;

  private final long blockSize;

  /**
   * A splitter.
   *
   * @param blockSize the most bytes in a split of text
   */
  public FileSplitter(long blockSize) {
    if (blockSize < 1) {
      throw new IllegalArgumentException("blockSize is " + blockSize);
    }
    this.blockSize = blockSize;
  }

  /**
   * Lists the inputs of {@code textFile}.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param minPartitions how many partitions are wanted at least
   * @throws InputException when an input is not there or can't be read
   */
  public List<List<FileSplit>> text(
      List<String> paths, @Nullable String directory, int minPartitions) throws IOException {
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
    return partitions;
  }

  /**
   * Lists the inputs of {@code wholeTextFiles}.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param minPartitions about how many partitions are wanted; there are never more than files
   * @throws InputException when an input is not there or can't be read
   */
  public List<List<FileSplit>> whole(
      List<String> paths, @Nullable String directory, int minPartitions) throws IOException {
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
    return partitions;
  }

  /**
   * Lists the inputs of {@code binaryFiles}. Directories in a directory do not count.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param minPartitions how many partitions are wanted at least; there are never more than files
   * @throws InputException when an input is not there or can't be read
   */
  public List<List<FileSplit>> binary(
      List<String> paths, @Nullable String directory, int minPartitions) throws IOException {
    List<FileSplit> files = bytes(paths, directory, true);
    long total = 0;
    for (FileSplit file : files) {
      total += file.size();
    }
    long wanted = Math.max(minPartitions, total / blockSize);
    long count = Math.max(1, Math.min(files.size(), wanted));
    List<List<FileSplit>> partitions = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      int from = (int) (files.size() * i / count);
      int to = (int) (files.size() * (i + 1) / count);
      partitions.add(List.copyOf(files.subList(from, to)));
    }
    return partitions;
  }

  /**
   * Lists the inputs of {@code binaryRecords}, and cuts them between records.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @param length bytes of a record
   * @throws InputException when an input is not there, can't be read, or has another size
   */
  public List<List<FileSplit>> records(List<String> paths, @Nullable String directory, long length)
      throws IOException {
    long step = Math.max(1, blockSize / length) * length;
    List<List<FileSplit>> partitions = new ArrayList<>();
    for (FileSplit file : bytes(paths, directory, false)) {
      if (file.size() % length != 0) {
        throw new InputException(
            InputException.Condition.NO_WHOLE_RECORDS,
            "%s has %d bytes, which is no multiple of recordLength, %d"
                .formatted(file.path(), file.size(), length),
            file.path());
      }
      for (long start = 0; start < file.size(); start += step) {
        partitions.add(List.of(file.range(start, Math.min(step, file.size() - start))));
      }
    }
    return orOneWithoutFiles(partitions);
  }

  /**
   * Lists files that are read as bytes, each a partition.
   *
   * @param paths each a path, a pattern, or several separated by commas
   * @param directory what relative paths are relative to; null if it has been removed
   * @throws InputException when an input is not there or can't be read
   */
  public static List<List<FileSplit>> each(List<String> paths, @Nullable String directory)
      throws IOException {
    return orOneWithoutFiles(bytes(paths, directory, false).stream().map(List::of).toList());
  }

  private static List<List<FileSplit>> orOneWithoutFiles(List<List<FileSplit>> partitions) {
    return partitions.isEmpty() ? List.of(List.of()) : partitions;
  }

  private static List<FileSplit> bytes(
      List<String> paths, @Nullable String directory, boolean nested) throws IOException {
    List<FileSplit> files = new ArrayList<>();
    for (FileLister.Listed file : new FileLister(directory, false, nested).list(paths)) {
      files.add(split(file, 0, file.size()));
    }
    return files;
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
