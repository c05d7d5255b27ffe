package org.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.PythonRunner;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.types.InvalidInputException;
import dev.firesteel.types.JobCancelledException;
import dev.firesteel.types.ScriptFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processes of scripts: how they start, how they end, and what they leave. */
class ScriptProcessTest {
  @TempDir Path directory;

  /** A Java program: the interpreter, the script, its arguments. */
  public static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      try (FiresteelContext sc = context(arguments[0])) {
        PythonRunner.run(sc, arguments[1], "a b", "", "--x", "\u00fc\u20ac");
      }
    }
  }

  private static FiresteelContext context(String python) {
    return FiresteelContext.builder()
        .master("local[1]")
        .conf("spark.pyspark.python", python)
        .start();
  }

  private static String python() {
    return System.getProperty("firesteel.python");
  }

  /**
   * Starts the program as a process of its own, in the test's directory and where no locale is set.
   */
  private Process program(String script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            python(),
            script);
    builder.environment().keySet().removeIf(key -> key.startsWith("LC_") || key.equals("LANG"));
    return builder.directory(directory.toFile()).redirectErrorStream(true).start();
  }

  private static List<ProcessHandle> processes(Path file) throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    for (String pid : Files.readString(file).split(" ", -1)) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(found::add);
    }
    return found;
  }

  /** A script that writes its process and that of a child of its to a file, and hangs. */
  private Path hanging(Path pids) throws IOException {
    return Files.writeString(
        directory.resolve("hangs.py"),
        """
        import os, subprocess, threading
        child = subprocess.Popen(["sleep", "1000"])
        with open("%1$s.tmp", "w") as file:
            file.write(f"{os.getpid()} {child.pid}")
        os.rename("%1$s.tmp", "%1$s")
        threading.Event().wait()
        """
            .formatted(pids));
  }

  @Test
  void aScriptEndsWithItsProgramThatIsKilled() throws Exception {
    Path pids = directory.resolve("pids");
    Process program = program(hanging(pids).toString());
    await().until(() -> Files.exists(pids));
    List<ProcessHandle> all = processes(pids);
    assertThat(all).hasSize(2);
    program.destroyForcibly();
    await().until(() -> !all.get(0).isAlive());
    all.get(1).destroyForcibly(); // what a script starts by itself is its own affair
  }

  @Test
  void argumentsAreThoseThatWereGivenAndTheScriptMayHaveAnyName() throws Exception {
    Files.writeString(directory.resolve("--odd.py"), "import sys\nprint(ascii(sys.argv[1:]))\n");
    Process program = program("--odd.py");
    String printed =
        new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(printed).isEqualTo("['a b', '', '--x', '\\xfc\\u20ac']");
    assertThat(program.waitFor()).isZero();
  }

  @Test
  void anInterruptEndsWhatTheScriptHasStarted() throws Exception {
    Path pids = directory.resolve("pids");
    String script = hanging(pids).toString();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (FiresteelContext sc = context(python())) {
      Thread runs =
          new Thread(
              () -> {
                try {
                  PythonRunner.run(sc, script);
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      runs.start();
      await().until(() -> Files.exists(pids));
      List<ProcessHandle> all = processes(pids);
      runs.interrupt();
      runs.join();
      assertThat(failure.get()).isInstanceOf(JobCancelledException.class);
      assertThat(all).hasSize(2);
      await().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void whatAScriptLeavesRunningIsNotWaitedFor() throws Exception {
    Path pids = directory.resolve("pids");
    Path script =
        Files.writeString(
            directory.resolve("leaves.py"),
            """
            import subprocess
            open("%s", "w").write(str(subprocess.Popen(["sleep", "1000"]).pid))
            """
                .formatted(pids));
    try (FiresteelContext sc = context(python())) {
      long before = System.nanoTime();
      PythonRunner.run(sc, script.toString());
      assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before)).isLessThan(8);
    }
    assertThat(processes(pids)).hasSize(1).allMatch(ProcessHandle::destroyForcibly);
  }

  @Test
  void errorsSayWhatIsWrong() throws Exception {
    Path script =
        Files.writeString(directory.resolve("killed.py"), "import os\nos.kill(os.getpid(), 9)\n");
    try (FiresteelContext sc = context(python())) {
      assertThatThrownBy(() -> PythonRunner.run(sc, script.toString()))
          .isInstanceOf(ScriptFailedException.class)
          .hasMessageContaining("ended with status 137 (signal 9, SIGKILL");
      assertThatThrownBy(() -> PythonRunner.run(sc, directory.toString()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("is no file that can be read");
      assertThatThrownBy(() -> sc.publish(" ", sc.range(0, 1)))
          .hasMessageMatching("publish at ScriptProcessTest.java:\\d+: the name .* can't be blank");
      assertThatThrownBy(() -> sc.unpublish("none"))
          .hasMessageMatching("unpublish at ScriptProcessTest.java:\\d+: no RDD is .*");
    }
    try (FiresteelContext sc = context("/nowhere/python")) {
      assertThatThrownBy(() -> PythonRunner.run(sc, script.toString()))
          .isInstanceOf(FiresteelException.class)
          .hasMessageContaining("Python can't be started")
          .hasMessageContaining("/nowhere/python")
          .hasMessageContaining("spark.pyspark.python");
    }
    Path old =
        Files.writeString(
            directory.resolve("python"),
            "#!/bin/sh\n[ \"$1\" = -c ] && echo 3 8 1 || echo 'SyntaxError: what is match?' >&2\nexit 1\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwx------"));
    try (FiresteelContext sc = context(old.toString())) {
      assertThatThrownBy(() -> PythonRunner.run(sc, script.toString()))
          .isInstanceOf(ScriptFailedException.class)
          .hasMessageContaining("is Python 3.8.1, and workers need 3.10 or later")
          .hasMessageContaining("what is match?");
    }
  }
}
