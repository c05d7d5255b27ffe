package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A byte range of a file, as listed; tasks refuse to read the file if it has changed since.
 *
 * @param path the absolute path
 * @param uri the name that the user sees, such as {@code file:/data/a.txt}
 * @param start the first byte
 * @param length how many bytes
 * @param size the size of the whole file when listed
 * @param modifiedNanos its modification time when listed, nanoseconds since the epoch
 * @param codec {@code "gzip"}, {@code "bzip2"}, {@code "deflate"}, {@code "zstd"}, or null for
 *     plain bytes
 */
public record FileSplit(
    String path,
    String uri,
    long start,
    long length,
    long size,
    long modifiedNanos,
    @Nullable String codec) {
  public FileSplit {
    requireNonNull(path, "path is null");
    requireNonNull(uri, "uri is null");
  }
}
