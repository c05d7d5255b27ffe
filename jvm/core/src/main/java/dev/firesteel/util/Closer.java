package dev.firesteel.util;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Closes what was opened, in reverse order and once, whatever fails on the way: the first failure is
 * thrown, the rest are attached to it. Safe to call from several threads.
 */
public final class Closer implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private boolean closed;

  /**
   * Takes over the closing of something.
   *
   * @throws IllegalStateException when everything has been closed already; the thing is closed then
   */
  public synchronized <T extends AutoCloseable> T add(T resource) {
    requireNonNull(resource, "resource is null");
    if (closed) {
      IllegalStateException late = new IllegalStateException("Already closed");
      try {
        resource.close();
      } catch (Exception e) {
        late.addSuppressed(e);
      }
      throw late;
    }
    open.push(resource);
    return resource;
  }

  @Override
  public void close() throws Exception {
    Exception first = closeAll();
    if (first != null) {
      throw first;
    }
  }

  private @Nullable Exception closeAll() {
    Exception first = null;
    for (AutoCloseable resource = next(); resource != null; resource = next()) {
      try {
        resource.close();
      } catch (Exception e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    return first;
  }

  private synchronized @Nullable AutoCloseable next() {
    closed = true;
    return open.poll();
  }
}
