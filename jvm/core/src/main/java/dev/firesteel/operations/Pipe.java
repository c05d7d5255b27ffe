package dev.firesteel.operations;

import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.interpreter.PartitionFunction;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Records through a program: their texts are the lines of its standard input, and the lines of its
 * standard output are the new records. A thread {@code pipe-stdin} writes while the task's reads.
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

  private static final class Lines implements Iterator<Object> {
    private final Process process;
    private final List<String> command;
    private final Thread feeder;
    private final BufferedReader lines;
    private volatile @Nullable Throwable failure;
    private @Nullable String next;
    private boolean ended;

    Lines(Process process, List<String> command, Iterator<?> records, JavaTask task) {
      this.process = process;
      this.command = command;
      this.lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      this.feeder = new Thread(() -> feed(records), "pipe-stdin-" + task.identity().id());
      feeder.setDaemon(true);
      feeder.start();
    }

    private void feed(Iterator<?> records) {
      try (BufferedWriter in =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8))) {
        while (records.hasNext()) {
          in.write(String.valueOf(records.next()));
          in.write('\n');
        }
      } catch (IOException e) {
        if (process.isAlive()) {
          failure = e; // one that has ended need not read everything
        }
      } catch (RuntimeException | Error e) {
        failure = e;
        process.destroyForcibly();
      }
    }

    @Override
    public boolean hasNext() {
      if (next == null && !ended) {
        try {
          next = lines.readLine();
          if (next == null) {
            end();
          }
        } catch (IOException e) {
          process.destroyForcibly();
          throw new UncheckedIOException("The output of " + command + " can't be read", e);
        } catch (InterruptedException e) {
          process.destroyForcibly();
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
      }
      return next != null;
    }

    private void end() throws InterruptedException {
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
        throw new IllegalStateException("The input of " + command + " can't be written", thrown);
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
      String line = next;
      next = null;
      return line;
    }
  }
}
