package dev.firesteel.api;

import dev.firesteel.util.Threads;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The result of an action that runs on a thread of its own. Cancelling it interrupts that thread,
 * which cancels the job that it waits for.
 */
final class JobFuture<T> extends CompletableFuture<T> {
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Thread runner;

  private JobFuture(String operation, Callable<T> action) {
    this.runner =
        Threads.daemon(
            "firesteel-" + operation + "-" + NUMBERS.getAndIncrement(), () -> run(action));
  }

  static <T> CompletableFuture<T> start(String operation, Callable<T> action) {
    JobFuture<T> future = new JobFuture<>(operation, action);
    future.runner.start();
    return future;
  }

  private void run(Callable<T> action) {
    try {
      complete(action.call());
    } catch (Throwable e) {
      completeExceptionally(e);
    }
  }

  /** Cancels the job too, whatever {@code interrupt} is. */
  @Override
  public boolean cancel(boolean interrupt) {
    boolean cancelled = super.cancel(interrupt);
    if (cancelled) {
      runner.interrupt();
    }
    return cancelled;
  }

  /** What is made of this one is an ordinary future. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }
}
