package dev.firesteel.executor;

import static java.util.Objects.requireNonNull;

import dev.firesteel.input.InputFormats;
import dev.firesteel.memory.HeapMemory;
import java.util.function.Supplier;

/**
 * What tasks in Java need; asked for when the first one runs, as an application may never have one.
 *
 * @param memory the heap that tasks and cached objects share
 * @param loader where the application's classes are found; asked for each task, since jars may be
 *     added
 * @param formats the formats of inputs
 */
public record JavaSettings(
    Supplier<HeapMemory> memory, Supplier<ClassLoader> loader, InputFormats formats) {
  public JavaSettings {
    requireNonNull(memory, "memory is null");
    requireNonNull(loader, "loader is null");
    requireNonNull(formats, "formats is null");
  }
}
