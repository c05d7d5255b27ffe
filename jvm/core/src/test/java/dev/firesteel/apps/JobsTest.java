package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.FiresteelListener;
import dev.firesteel.api.LongAccumulator;
import dev.firesteel.api.Rdd;
import dev.firesteel.types.JobCancelledException;
import dev.firesteel.types.Pair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cancelling, groups, asynchronous actions, listeners, and contexts one after another. */
@Timeout(120)
class JobsTest {
  @TempDir Path directory;

  private FiresteelContext sc;

  @BeforeEach
  void start() {
    sc = Contexts.start(directory.resolve("work"));
  }

  @AfterEach
  void stop() {
    sc.close();
  }

  /** An RDD whose tasks say that they run, and then wait to be interrupted. */
  private Rdd<Long> endless(String mark) {
    String path = directory.resolve(mark).toString();
    return sc.range(0, 2, 1, 2)
        .map(
            n -> {
              Files.writeString(Path.of(path + n), "runs");
              TimeUnit.HOURS.sleep(1);
              return n;
            });
  }

  private void awaitTasks(String mark) {
    await().until(() -> Files.exists(directory.resolve(mark + 0)));
    await().until(() -> Files.exists(directory.resolve(mark + 1)));
  }

  @Test
  void asynchronousActions() throws Exception {
    Rdd<Long> numbers = sc.range(0, 100, 1, 4);
    assertThat(numbers.countAsync().get()).isEqualTo(100);
    assertThat(numbers.collectAsync().get()).hasSize(100);
    assertThat(numbers.takeAsync(3).get()).containsExactly(0L, 1L, 2L);
    CompletableFuture<Void> failing =
        numbers.foreachAsync(
            n -> {
              throw new IllegalStateException("no");
            });
    assertThatThrownBy(failing::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("no");
  }

  @Test
  void cancellingAFutureCancelsItsJob() {
    CompletableFuture<Long> future = endless("async").countAsync();
    List<String> ends = ends();
    awaitTasks("async");
    assertThat(future.cancel(true)).isTrue();
    assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    await().until(() -> ends.size() == 1);
    assertThat(sc.range(0, 5).count()).isEqualTo(5);
  }

  @Test
  void whatTasksAddedBeforeTheirActionWasInterruptedCounts() {
    LongAccumulator seen = sc.longAccumulator();
    AtomicInteger ended = new AtomicInteger();
    sc.addListener(
        new FiresteelListener() {
          @Override
          public void onTaskEnd(TaskEnd task) {
            ended.incrementAndGet();
          }
        });
    CompletableFuture<Long> counting =
        sc.range(0, 2, 1, 2)
            .map(
                n -> {
                  seen.add(1);
                  if (n == 1) {
                    TimeUnit.HOURS.sleep(1);
                  }
                  return n;
                })
            .countAsync();
    await().until(() -> ended.get() == 1);
    counting.cancel(true);
    await().until(() -> seen.value() == 1);
  }

  private List<String> ends() {
    List<String> ends = Collections.synchronizedList(new ArrayList<>());
    sc.addListener(
        new FiresteelListener() {
          @Override
          public void onJobEnd(JobEnd job) {
            ends.add(job.failure().orElse("succeeded"));
          }
        });
    return ends;
  }

  @Test
  void aGroupIsCancelled() {
    sc.setJobGroup("slow", "takes for ever");
    CompletableFuture<List<Long>> slow = endless("group").collectAsync();
    sc.clearJobGroup();
    awaitTasks("group");
    sc.cancelJobGroup("other");
    sc.cancelJobGroup("slow");
    assertThatThrownBy(slow::get)
        .hasCauseInstanceOf(JobCancelledException.class)
        .hasMessageContaining("its job group slow was cancelled");
    CompletableFuture<List<Long>> again = endless("all").collectAsync();
    awaitTasks("all");
    sc.cancelAllJobs();
    assertThatThrownBy(again::get).hasCauseInstanceOf(JobCancelledException.class);
  }

  @Test
  void aProgramThatATaskWaitsForIsEndedWithIt() throws Exception {
    String mark = directory.resolve("piped").toString();
    CompletableFuture<List<String>> piped =
        sc.range(0, 1, 1, 1)
            .pipe(List.of("sh", "-c", "echo $$ > " + mark + "; exec sleep 3600"))
            .collectAsync();
    await().until(() -> Files.exists(Path.of(mark)) && Files.size(Path.of(mark)) > 0);
    long pid = Long.parseLong(Files.readString(Path.of(mark)).strip());
    sc.cancelAllJobs();
    assertThatThrownBy(piped::get).hasCauseInstanceOf(JobCancelledException.class);
    await().until(() -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    assertThat(sc.range(0, 1_000_000, 1, 1).pipe(List.of("cat")).first()).isEqualTo("0");
  }

  @Test
  void anInterruptedThreadCancelsItsJob() throws Exception {
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    Rdd<Long> rdd = endless("thread");
    Thread waiting =
        new Thread(
            () -> {
              try {
                rdd.count();
              } catch (JobCancelledException e) {
                thrown.add(e);
              }
            });
    waiting.start();
    awaitTasks("thread");
    waiting.interrupt();
    waiting.join();
    assertThat(thrown).hasSize(1);
  }

  @Test
  void listenersAreToldInOrder() {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    sc.addListener(
        new FiresteelListener() {
          @Override
          public void onJobStart(JobStart job) {
            told.add("job " + job.group());
            throw new IllegalStateException("a listener that fails is logged, and nothing else");
          }

          @Override
          public void onStageStart(StageStart stage) {
            told.add("stage of " + stage.tasks());
          }

          @Override
          public void onTaskStart(TaskStart task) {
            assertThat(task.attempt()).isZero();
          }

          @Override
          public void onTaskEnd(TaskEnd task) {
            told.add("task " + task.failure().isEmpty());
          }

          @Override
          public void onStageEnd(StageEnd stage) {
            told.add("stage ended " + stage.complete());
          }

          @Override
          public void onJobEnd(JobEnd job) {
            told.add("job ended " + job.failure());
          }
        });
    sc.setJobGroup("group", "");
    sc.range(0, 4, 1, 2).mapToPair(n -> Pair.of(n % 2, n)).reduceByKey(Long::sum, 1).count();
    sc.close();
    assertThat(told)
        .containsExactly(
            "job " + Optional.of("group"),
            "stage of 2",
            "task true",
            "task true",
            "stage ended true",
            "stage of 1",
            "task true",
            "stage ended true",
            "job ended Optional.empty");
  }

  @Test
  void jobsOfSeveralThreadsRunAtOnce() throws Exception {
    Rdd<Long> shared = sc.range(0, 10_000, 1, 4).map(n -> n % 10).cache();
    List<CompletableFuture<Long>> counts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      long wanted = i;
      counts.add(shared.filter(n -> n == wanted).countAsync());
    }
    for (CompletableFuture<Long> count : counts) {
      assertThat(count.get()).isEqualTo(1_000);
    }
  }

  @Test
  void contextsFollowOneAnother() {
    for (int i = 0; i < 3; i++) {
      try (FiresteelContext next = Contexts.start(directory.resolve("next"))) {
        assertThat(next.range(0, 10).count()).isEqualTo(10);
        assertThat(sc.range(0, 10).count()).isEqualTo(10);
      }
    }
  }
}
