package dev.firesteel.util;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Closes what was opened, in reverse order and once, whatever fails on the way: the first failure
 * is thrown, the rest are attached to it. Safe to call from several threads.
 */
public final class Closer implements Closeable {
  private final Deque<Closeable> open = new ArrayDeque<>();
  private boolean closed;

  /**
   * Takes over the closing of something.
   *
   * @throws IllegalStateException when everything has been closed already; the thing is closed then
   */
  public synchronized <T extends Closeable> T add(T resource) {
    requireNonNull(resource, "resource is null");
    if (closed) {
      IllegalStateException late = new IllegalStateException("Already closed");
      try {
        resource.close();
      } catch (IOException | RuntimeException e) {
        late.addSuppressed(e);
      }
      throw late;
    }
    open.push(resource);
    return resource;
  }

  @Override
  public void close() throws IOException {
    Throwable first = null;
    for (Closeable resource = next(); resource != null; resource = next()) {
      try {
        resource.close();
      } catch (IOException | RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first instanceof IOException failure) {
      throw failure;
    }
    if (first instanceof RuntimeException failure) {
      throw failure;
    }
  }

  private synchronized @Nullable Closeable next() {
    closed = true;
    return open.poll();
  }
}
