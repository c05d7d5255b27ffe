package dev.firesteel.sql;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of this JVM: asks it for the files of its sources. Spark's planning threads
 * ask, several at a time; the thread that reads frames hands in the answers. A source finds the
 * driver by {@link #current()}, because Spark makes sources by their class's name.
 */
final class Driver {
  private static volatile @Nullable Driver current;

  private final Frames frames;
  private final Runnable lost;
  private final AtomicLong requests = new AtomicLong();
  private final Map<String, CompletableFuture<List<String>>> waiting = new ConcurrentHashMap<>();

  /**
   * Makes the driver's side.
   *
   * @param lost is run when the driver cannot be written to
   */
  Driver(Frames frames, Runnable lost) {
    this.frames = frames;
    this.lost = lost;
  }

  /** The driver of this JVM. */
  static Driver current() {
    Driver driver = current;
    if (driver == null) {
      throw new SourceRefusedException(
          "a source that is named by its id is read in the JVM that its driver started, and this"
              + " is another one: give the option 'files'");
    }
    return driver;
  }

  /** Makes this the driver of this JVM. */
  void install() {
    current = this;
  }

  /**
   * Asks for the files of a source, and waits for them: the driver may have to compute them. It is
   * told when the wait is interrupted, so that it may stop.
   *
   * @return paths, one a partition, in order, each as {@link ArrowPartition#parse} takes it
   * @throws SourceRefusedException when the driver refuses, or the wait is interrupted
   */
  List<String> open(String source) {
    String request = Long.toString(requests.incrementAndGet());
    CompletableFuture<List<String>> answer = new CompletableFuture<>();
    waiting.put(request, answer);
    try {
      send(List.of("open", request, source));
      return answer.get();
    } catch (InterruptedException e) {
      send(List.of("closed", request));
      Thread.currentThread().interrupt();
      throw new SourceRefusedException("interrupted while waiting for source " + source, e);
    } catch (ExecutionException e) {
      throw new SourceRefusedException(refusal(e.getCause()), e);
    } finally {
      waiting.remove(request);
    }
  }

  private static String refusal(@Nullable Throwable cause) {
    return cause == null ? "the driver gave no reason" : String.valueOf(cause.getMessage());
  }

  private void send(List<String> frame) {
    try {
      frames.write(frame);
    } catch (IOException e) {
      lost.run();
      throw new SourceRefusedException("the driver cannot be reached: " + e.getMessage(), e);
    }
  }

  /**
   * Takes an answer of the driver's. One to a request that has been given up is dropped.
   *
   * @throws IOException when the frame is no answer
   */
  void answer(List<String> frame) throws IOException {
    String verb = frame.isEmpty() ? "" : frame.get(0);
    boolean opened = verb.equals("opened") && frame.size() >= 2;
    if (!opened && !(verb.equals("refused") && frame.size() == 3)) {
      throw new IOException(
          "the driver sent a frame of " + frame.size() + " texts that begins '" + verb + "'");
    }
    CompletableFuture<List<String>> request = waiting.get(frame.get(1));
    if (request == null) {
      return;
    }
    if (opened) {
      request.complete(List.copyOf(frame.subList(2, frame.size())));
    } else {
      request.completeExceptionally(new SourceRefusedException(frame.get(2)));
    }
  }
}
