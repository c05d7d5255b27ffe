package dev.firesteel.crossing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.types.PythonFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The closure files that workers read; what a worker makes of one is tested in Python, too. */
class PythonClosureFileTest {
  /** The same file as in tests/wire, which the Python tests load and call. */
  private static final Path GOLDEN =
      Path.of(System.getProperty("firesteel.wire")).resolve("closure_of_java.bin");

  @TempDir Path directory;

  @Test
  void isTheFileThatTheTestsOfTheWorkerLoad() throws IOException {
    Path path = directory.resolve("closure_1_7");
    PythonClosureFile.write(
        path,
        "closure_1_7",
        List.of(
            new PythonStep("map", PythonFunction.of("math:sqrt"), "mapPython at App.java:3"),
            new PythonStep(
                "filter",
                PythonFunction.source("def keep(é): return é > 1\n", "keep")
                    .pythonPath("/opt/é")
                    .requirements("numpy>=1.0"),
                "filterPython at App.java:4")));
    assertThat(Files.readAllBytes(path)).isEqualTo(Files.readAllBytes(GOLDEN));
    assertThat(new String(Files.readAllBytes(path), StandardCharsets.UTF_8)).contains("def keep");
  }

  @Test
  void aNameWithoutAModuleIsRefusedAtOnce() {
    assertThatThrownBy(() -> PythonFunction.of("score"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'module:function'");
  }
}
