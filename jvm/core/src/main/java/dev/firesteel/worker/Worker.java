package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One worker process and its connection. One task thread uses it at a time; the pool decides which.
 */
public final class Worker {
  private final long pid;
  private final FrameChannel channel;
  private final CompletableFuture<Death> death = new CompletableFuture<>();

  /** Where its tasks have found modules; null before the first. Guarded by the pool's lock. */
  @Nullable List<String> path;

  /** Whether no task may use it any more. Guarded by the pool's lock. */
  boolean old;

  Worker(long pid, FrameChannel channel) {
    this.pid = pid;
    this.channel = requireNonNull(channel, "channel is null");
  }

  public long pid() {
    return pid;
  }

  /** Sends a frame. */
  public void send(FrameType type, byte[] body) throws IOException {
    channel.send(type, body);
  }

  /** Waits for a frame; null when the worker has closed the connection, which it does by ending. */
  public @Nullable Frame receive() throws IOException {
    return channel.receive();
  }

  /**
   * How the worker ended, waiting a moment for the daemon to say so: its connection closes before
   * its parent can know.
   */
  public Death awaitDeath(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      return death.get(timeout, unit);
    } catch (TimeoutException e) {
      return Death.UNKNOWN;
    } catch (ExecutionException e) {
      throw new AssertionError("a death is never completed exceptionally", e);
    }
  }

  /** The daemon has said how the worker ended. */
  void died(Death how) {
    death.complete(how);
  }

  boolean isDead() {
    return death.isDone();
  }

  /** Closes the connection; a worker that waits for a task ends by this. */
  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was buffered and nobody reads it any more, so a failing close loses nothing.
      death.complete(Death.UNKNOWN);
    }
  }
}
