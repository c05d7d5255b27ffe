package dev.firesteel.id;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Where something that a task has written is: which executor has it, and in what form. Only a
 * process that shares the executor's disk can open a file of it.
 */
public sealed interface Location {
  /** The executor inside the driver's process; the driver's own files are with it. */
  String DRIVER = "driver";

  /** Returns the executor that has it. */
  String executor();

  /** Returns the last part of its name, which no two of an application share. */
  String name();

  /** Objects in the heap of the executor. */
  record Heap(String executor, String name) implements Location {
    public Heap {
      requireNonNull(executor, "executor is null");
      requireNonNull(name, "name is null");
    }
  }

  /** A file, in one of the tiers. */
  sealed interface File extends Location {

    /** Returns its absolute path, on the executor's machine. */
    String path();

    /** Returns the path, for a process on that machine. */
    default Path toPath() {
      return Path.of(path());
    }

    @Override
    default String name() {
      return path().substring(path().lastIndexOf('/') + 1);
    }
  }

  /** A file in the memory tier. */
  record MemoryFile(String executor, String path) implements File {
    public MemoryFile {
      requireNonNull(executor, "executor is null");
      requireNonNull(path, "path is null");
    }
  }

  /** A file on disk, in the disk tier or where the plan's sink says. */
  record DiskFile(String executor, String path) implements File {
    public DiskFile {
      requireNonNull(executor, "executor is null");
      requireNonNull(path, "path is null");
    }
  }
}
