package dev.firesteel.apps;

import dev.firesteel.api.ContextBuilder;
import dev.firesteel.api.FiresteelContext;
import java.nio.file.Path;

/** Contexts for tests: small, and with all files in a directory of the test's. */
final class Contexts {
  private Contexts() {}

  static ContextBuilder builder(Path directory) {
    return FiresteelContext.builder()
        .master("local[2]")
        .appName("test")
        .conf("spark.local.dir", directory.toString())
        .conf("firesteel.memory.size", "64m");
  }

  static FiresteelContext start(Path directory) {
    return builder(directory).start();
  }
}
