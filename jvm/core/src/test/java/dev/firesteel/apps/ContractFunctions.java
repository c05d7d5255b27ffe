package dev.firesteel.apps;

import dev.firesteel.api.Accumulator;
import dev.firesteel.api.Broadcast;
import dev.firesteel.api.Rdd;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.types.PythonFunction;
import dev.firesteel.types.function.MapFunction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The functions that the contract's cases run in tasks. */
final class ContractFunctions {
  /** What is done in the driver when updates of a hooked accumulator are merged next. */
  static final AtomicReference<Runnable> MERGING = new AtomicReference<>(() -> {});

  private static final String KILLER =
      """
      import os, signal

      def kill(value):
          if value == %s:
              with open("%s", "ab", buffering=0) as file:
                  file.write(b".")
              if os.path.getsize(file.name) <= %s:
                  os.kill(os.getpid(), signal.SIGKILL)
          return value
      """;

  private ContractFunctions() {}

  /** A sum whose next merge in the driver first does what the case says. */
  static long sum(long one, long other) {
    if (JavaTask.current() == null) {
      MERGING.getAndSet(() -> {}).run();
    }
    return one + other;
  }

  static MapFunction<Long, Long> call(Path scratch) {
    String path = scratch.resolve("calls").toString();
    return value -> {
      Files.write(
          Path.of(path),
          new byte[] {'.'},
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND);
      return value;
    };
  }

  static MapFunction<Long, Long> count(Accumulator<Long, Long> accumulator) {
    return value -> {
      accumulator.add(1L);
      return value;
    };
  }

  static MapFunction<Long, Long> plus(Broadcast<Long> added) {
    return value -> value + added.value();
  }

  static MapFunction<Long, Long> fail(long wrong) {
    return value -> {
      if (value == wrong) {
        throw new IllegalArgumentException("no " + value);
      }
      return value;
    };
  }

  static MapFunction<Long, Long> await(Path scratch, long last) {
    String mark = scratch.resolve("waits-" + last).toString();
    return value -> {
      if (value == last) {
        Files.createFile(Path.of(mark));
        TimeUnit.HOURS.sleep(1);
      }
      return value;
    };
  }

  static MapFunction<Long, Long> occupy(Path scratch, long last) {
    String target = scratch.resolve("out").toString();
    return value -> {
      if (value == last) {
        Files.createDirectory(Path.of(target));
      }
      return value;
    };
  }

  /** Kills the Python worker that runs it: those are what a Java program's tasks can lose. */
  static Rdd<Long> killed(Rdd<Long> rdd, Path scratch, String last, String times) {
    String source = KILLER.formatted(last, scratch.resolve("deaths"), times);
    return rdd.mapPython(PythonFunction.source(source, "kill"));
  }
}
