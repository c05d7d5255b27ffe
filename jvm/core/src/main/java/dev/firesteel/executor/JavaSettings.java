package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.memory.HeapMemory;
import java.util.function.Supplier;

/**
 * What tasks in Java need; asked for when the first one runs, as an application may never have one.
 *
 * @param memory the heap that tasks and cached objects share
 * @param loader where the application's classes are found; asked for each task, since jars may be
 *     added
 */
public record JavaSettings(Supplier<HeapMemory> memory, Supplier<ClassLoader> loader) {
  public JavaSettings {
    requireNonNull(memory, "memory is null");
    requireNonNull(loader, "loader is null");
  }
}
