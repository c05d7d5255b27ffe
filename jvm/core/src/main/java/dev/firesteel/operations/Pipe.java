package dev.firesteel.operations;

import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.util.Threads;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records through a program: their texts are the lines of its standard input, and the lines of its
 * standard output are the new records. A thread {@code pipe-stdin} writes meanwhile.
 *
 * @param command the program and its arguments
 * @param environment variables beside those of this process
 */
public record Pipe(List<String> command, Map<String, String> environment)
    implements PartitionFunction, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<?> apply(JavaTask task, int partition, Iterator<?> records) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return new Lines(builder.start(), command, records, task);
  }

  /**
   * The lines, which a thread {@code pipe-stdout} reads: the task's own waits for it in a way that
   * can be interrupted. When the task ends, however it does, so does the program.
   */
  private static final class Lines implements Iterator<Object>, Closeable {
    private static final int MOST_WAITING = 1_024;

    /** Stands for the end of the output. */
    private static final Object END = new Object();

    private final Process process;
    private final List<String> command;
    private final Thread feeder;
    private final BlockingQueue<Object> lines = new ArrayBlockingQueue<>(MOST_WAITING);
    private volatile @Nullable Throwable failure;
    private @Nullable Object next;
    private volatile boolean ended;

    Lines(Process process, List<String> command, Iterator<?> records, JavaTask task) {
      this.process = process;
      this.command = command;
      task.onEnd(this);
      this.feeder = Threads.start("pipe-stdin", () -> feed(records));
      Threads.start("pipe-stdout", this::read);
    }

    private void feed(Iterator<?> records) {
      try (BufferedWriter in =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8))) {
        while (records.hasNext()) {
          in.write(String.valueOf(records.next()));
          in.write('\n');
        }
      } catch (IOException inputClosed) {
        // A program need not read everything; whether it failed, its status tells.
      } catch (RuntimeException | Error e) {
        failure = e;
        process.destroyForcibly();
      }
    }

    private void read() {
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          give(line);
        }
      } catch (IOException e) {
        if (!ended) {
          failure = e;
        }
      }
      give(END);
    }

    /** Waits until there is room, or nobody takes lines any more. */
    private void give(Object line) {
      try {
        boolean given = false;
        while (!given && !ended) {
          given = lines.offer(line, 1, TimeUnit.SECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean hasNext() {
      if (next == null && !ended) {
        try {
          next = lines.take();
          if (next == END) {
            next = null;
            finish();
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
      }
      return next != null;
    }

    private void finish() throws InterruptedException {
      ended = true;
      int status = process.waitFor();
      feeder.join();
      Throwable thrown = failure;
      if (thrown instanceof RuntimeException exception) {
        throw exception;
      }
      if (thrown instanceof Error error) {
        throw error;
      }
      if (thrown != null) {
        throw new IllegalStateException("The pipe to " + command + " broke", thrown);
      }
      if (status != 0) {
        throw new IllegalStateException(
            "The program %s ended with status %d".formatted(command, status));
      }
    }

    @Override
    public Object next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException("the program has written all its lines");
      }
      Object line = next;
      next = null;
      return line;
    }

    /** Ends the program, if it has not ended. */
    @Override
    public void close() {
      ended = true;
      process.destroyForcibly();
    }
  }
}
