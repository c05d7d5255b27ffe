package dev.firesteel.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool that starts nothing before it must, as a Java program without Python functions needs. */
@Timeout(60)
class WorkerPoolTest {
  @TempDir Path root;

  private final AtomicInteger asked = new AtomicInteger();

  private WorkerSettings.Source source(Path python) {
    return () -> {
      asked.incrementAndGet();
      return new WorkerSettings(
          python.toString(),
          List.of(),
          "/",
          Map.of(),
          root.resolve("engine.sock"),
          1,
          1,
          1 << 20,
          0,
          1,
          20_000);
    };
  }

  @Test
  void onDemandStartsNothingUntilAWorkerIsAskedFor() throws Exception {
    try (WorkerPool pool = WorkerPool.onDemand(source(FakeDaemon.program(root)))) {
      assertThat(asked).hasValue(0);
      assertThat(pool.daemonPid()).isEqualTo(-1);
      assertThat(root.resolve("engine.sock")).doesNotExist();

      Worker worker = pool.acquire(List.of());
      pool.release(worker);
      pool.release(pool.acquire(List.of()));

      assertThat(asked).hasValue(1);
      assertThat(ProcessHandle.of(pool.daemonPid())).isPresent();
    }
    assertThat(Files.exists(root.resolve("engine.sock"))).isFalse();
  }

  @Test
  void aWorkerServesOnePathAndNoneAfterItWasRenewed() throws Exception {
    try (WorkerPool pool = WorkerPool.onDemand(source(FakeDaemon.program(root)))) {
      Worker first = pool.acquire(List.of("/a"));
      pool.release(first);
      Worker other = pool.acquire(List.of("/b"));
      assertThat(other).isNotSameAs(first);
      pool.release(other); // the pool keeps as many as there are slots, here one
      assertThat(pool.acquire(List.of("/b"))).isSameAs(other);

      pool.renew(); // while it runs a task
      pool.release(other);
      assertThat(pool.acquire(List.of("/b"))).isNotSameAs(other);
    }
  }

  @Test
  void onDemandSaysWhyThereIsNoPythonAndAsksAgain() throws Exception {
    WorkerSettings.Source none =
        () -> {
          asked.incrementAndGet();
          throw new WorkerException("There is no python3 on the PATH");
        };
    try (WorkerPool pool = WorkerPool.onDemand(none)) {
      assertThatThrownBy(() -> pool.acquire(List.of()))
          .hasMessage("There is no python3 on the PATH");
      assertThatThrownBy(() -> pool.acquire(List.of()))
          .hasMessage("There is no python3 on the PATH");
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void aPoolThatWasClosedUnusedStartsNothing() throws Exception {
    WorkerPool pool = WorkerPool.onDemand(source(Path.of("/bin/true")));
    pool.close();
    assertThatThrownBy(() -> pool.acquire(List.of())).hasMessageContaining("stopped");
    assertThat(asked).hasValue(0);
  }

  @Test
  void anInterpreterThatIsNotThereStaysSoAndOneThatEndsMayNot() throws Exception {
    assertThat(refusal(Path.of("/nowhere/python")).isLasting()).isTrue();
    assertThat(refusal(Path.of("no-such-python-on-the-path")).isLasting()).isTrue();
    assertThat(refusal(Path.of("/bin/false")).isLasting()).isFalse();
  }

  private WorkerException refusal(Path python) throws Exception {
    try (WorkerPool pool = WorkerPool.onDemand(source(python))) {
      return catchThrowableOfType(WorkerException.class, () -> pool.acquire(List.of()));
    }
  }

  @Test
  void aDaemonThatIsKilledWhileItStartsIsStartedAgain() throws Exception {
    Path marks = Files.createDirectory(root.resolve("marks"));
    Path daemon = FakeDaemon.program(root);
    Path killed =
        FakeDaemon.script(
            Files.createDirectory(root.resolve("killed")),
            "for n in 1 2 3; do mkdir '%s'/$n 2>/dev/null && kill -TERM $$; done\nexec '%s' \"$@\"\n"
                .formatted(marks, daemon));
    try (WorkerPool pool = WorkerPool.onDemand(source(killed))) {
      pool.release(pool.acquire(List.of()));
      assertThat(marks.resolve("3")).exists();
    }
  }

  @Test
  void aDaemonThatIsAlwaysKilledIsNotStartedForEver() throws Exception {
    Path killed = FakeDaemon.script(root, "echo >>'" + root + "/starts'; kill -TERM $$\n");
    try (WorkerPool pool = WorkerPool.onDemand(source(killed))) {
      assertThatThrownBy(() -> pool.acquire(List.of()))
          .hasMessageContaining("was killed by SIGTERM before it was ready, and so did the 3")
          .hasMessageNotContaining("package");
      assertThat(Files.readAllLines(root.resolve("starts"))).hasSize(4);
    }
  }
}
