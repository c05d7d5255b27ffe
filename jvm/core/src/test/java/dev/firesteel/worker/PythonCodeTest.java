package dev.firesteel.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code that the artifact carries, and what is said of interpreters that can't run it. */
class PythonCodeTest {
  @TempDir Path directory;

  @Test
  void theWorkersCodeIsAmongTheResources() throws IOException {
    Path code = PythonCode.unpacked(List.of(directory));
    assertThat(code.resolve("firesteel/_worker/daemon.py")).isRegularFile();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).as("unpacked in vain").isEmpty();
    }
  }

  @Test
  void anInterpreterThatIsTooOldIsNamed() {
    assertThat(InterpreterCheck.complaint("/usr/bin/python3", List.of("3 6 9", "numpy")))
        .contains("/usr/bin/python3 is Python 3.6.9, and workers need 3.10 or later")
        .contains("spark.pyspark.python");
  }

  @Test
  void whatAnInterpreterLacksIsListed() {
    assertThat(InterpreterCheck.complaint("py", List.of("3 11 2", "msgpack", "numpy")))
        .contains("py (Python 3.11.2) lacks msgpack, numpy")
        .contains("py -m pip install msgpack numpy");
  }

  @Test
  void anInterpreterWithAllThatIsNeededIsNotBlamed() throws InterruptedException {
    assertThat(InterpreterCheck.complaint("py", List.of("3 14 0"))).isNull();
    assertThat(InterpreterCheck.complaintOf("/bin/true", List.of())).isNull();
    assertThat(InterpreterCheck.complaintOf("/nowhere/python", List.of())).isNull();
  }
}
