package dev.firesteel.util;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads with names that say their job. All are daemons: none keeps the process alive. */
public final class Threads {
  private Threads() {}

  /** A thread that is not started yet. */
  public static Thread daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Starts a thread. */
  public static Thread start(String name, Runnable body) {
    Thread thread = daemon(name, body);
    thread.start();
    return thread;
  }

  /** Makes threads called {@code prefix-0}, {@code prefix-1}, … */
  public static ThreadFactory factory(String prefix) {
    return new NumberedFactory(prefix);
  }

  private static final class NumberedFactory implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger next = new AtomicInteger();

    NumberedFactory(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable body) {
      return daemon(prefix + "-" + next.getAndIncrement(), body);
    }
  }
}
