package dev.firesteel.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

      Worker worker = pool.acquire();
      pool.release(worker);
      pool.release(pool.acquire());

      assertThat(asked).hasValue(1);
      assertThat(ProcessHandle.of(pool.daemonPid())).isPresent();
    }
    assertThat(Files.exists(root.resolve("engine.sock"))).isFalse();
  }

  @Test
  void onDemandSaysWhyThereIsNoPythonAndAsksAgain() throws Exception {
    WorkerSettings.Source none =
        () -> {
          asked.incrementAndGet();
          throw new WorkerException("There is no python3 on the PATH");
        };
    try (WorkerPool pool = WorkerPool.onDemand(none)) {
      assertThatThrownBy(pool::acquire).hasMessage("There is no python3 on the PATH");
      assertThatThrownBy(pool::acquire).hasMessage("There is no python3 on the PATH");
      assertThat(asked).hasValue(2);
    }
  }

  @Test
  void aPoolThatWasClosedUnusedStartsNothing() throws Exception {
    WorkerPool pool = WorkerPool.onDemand(source(Path.of("/bin/true")));
    pool.close();
    assertThatThrownBy(pool::acquire).hasMessageContaining("stopped");
    assertThat(asked).hasValue(0);
  }
}
