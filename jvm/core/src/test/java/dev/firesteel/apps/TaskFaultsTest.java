package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firesteel.api.Accumulator;
import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.PairRdd;
import dev.firesteel.api.Rdd;
import dev.firesteel.api.StorageLevel;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.types.Pair;
import dev.firesteel.util.FileTrees;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Java programs whose files are damaged, whose functions throw, and whose lineage is deep. */
@Timeout(120)
class TaskFaultsTest {
  private static final AtomicInteger CALLS = new AtomicInteger();

  @TempDir Path directory;
  @TempDir Path data;

  private FiresteelContext context;

  @BeforeEach
  void start() {
    CALLS.set(0);
    context = Contexts.start(directory);
  }

  @AfterEach
  void stop() {
    context.close();
    Log.level(Log.Level.WARN);
  }

  /** Changes a byte in the middle of each file whose name begins so; returns how many there are. */
  private int damage(Path root, String name) throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.walk(root)) {
      found =
          files
              .filter(Files::isRegularFile)
              .filter(path -> path.getFileName().toString().startsWith(name))
              .toList();
    }
    for (Path path : found) {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        file.seek(file.length() / 2);
        int value = file.read();
        file.seek(file.length() / 2);
        file.write(value ^ 1);
      }
    }
    return found.size();
  }

  @Test
  void aDamagedBlockIsComputedAgain() throws IOException {
    Rdd<Long> cached =
        context
            .range(0, 1_000, 1, 2)
            .map(
                x -> {
                  CALLS.incrementAndGet();
                  return x * 2;
                })
            .persist(StorageLevel.DISK_ONLY);
    List<Long> first = cached.collect();
    assertThat(cached.collect()).isEqualTo(first);
    assertThat(CALLS).hasValue(1_000);
    assertThat(damage(directory, "rdd_")).isEqualTo(2);
    assertThat(cached.collect()).isEqualTo(first);
    assertThat(CALLS).hasValue(2_000);
  }

  @Test
  void aDamagedMapOutputIsMadeAgain() throws IOException {
    PairRdd<Long, Long> sums =
        context
            .range(0, 1_000, 1, 2)
            .mapToPair(
                x -> {
                  CALLS.incrementAndGet();
                  return Pair.of(x % 10, x);
                })
            .reduceByKey(Long::sum);
    List<Pair<Long, Long>> first = sums.collect();
    assertThat(damage(directory, "shuffle_")).isPositive();
    assertThat(new HashSet<>(sums.collect())).isEqualTo(new HashSet<>(first));
    assertThat(CALLS.get()).isGreaterThan(1_000);
  }

  /** What is done in the driver when updates of an accumulator are merged there. */
  private static final AtomicReference<Runnable> MERGED = new AtomicReference<>(() -> {});

  private static long sum(long one, long other) {
    if (JavaTask.current() == null) {
      MERGED.getAndSet(() -> {}).run();
    }
    return one + other;
  }

  /** Collects records that are too many for the answer, and so are in files of the directory. */
  private List<Long> collected(FiresteelContext sc, Accumulator<Long, Long> seen) {
    return sc.range(0, 100_000, 1, 2)
        .map(
            x -> {
              seen.add(1L);
              return x * x;
            })
        .collect();
  }

  @Test
  void accumulatorsCountOnceWhenDamagedResultsAreMadeAgain() {
    try (FiresteelContext sc =
        Contexts.builder(directory).conf("firesteel.memory.size", "0").start()) {
      Accumulator<Long, Long> seen = sc.accumulator(0L, TaskFaultsTest::sum);
      AtomicInteger damaged = new AtomicInteger();
      MERGED.set(() -> damaged.set(damageUnchecked("result_")));
      assertThat(collected(sc, seen)).hasSize(100_000).contains(99_999L * 99_999L);
      assertThat(damaged).hasValue(2);
      assertThat(seen.value()).isEqualTo(100_000);
    }
  }

  @Test
  void resultsGoWhenWhatComesAfterTheirJobFails() throws IOException {
    try (FiresteelContext sc =
        Contexts.builder(directory).conf("firesteel.memory.size", "0").start()) {
      Accumulator<Long, Long> seen = sc.accumulator(0L, TaskFaultsTest::sum);
      MERGED.set(
          () -> {
            throw new ArithmeticException("not here");
          });
      assertThatThrownBy(() -> collected(sc, seen)).hasStackTraceContaining("not here");
      assertThat(damage(directory, "result_")).isZero();
    }
  }

  private int damageUnchecked(String name) {
    try {
      return damage(directory, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void checkpointsThatWereNotWrittenAreWrittenLater() throws IOException {
    Path checkpoints = data.resolve("checkpoints");
    context.setCheckpointDir(checkpoints.toString());
    Rdd<Long> older = context.range(0, 10, 1, 2).map(x -> x + 1);
    older.checkpoint();
    Rdd<Long> younger = older.map(x -> x + 1);
    younger.checkpoint();
    Path below;
    try (Stream<Path> made = Files.list(checkpoints)) {
      below = made.findFirst().orElseThrow();
    }
    FileTrees.delete(below);
    Files.createFile(below); // a directory cannot be made in it
    assertThatThrownBy(younger::collect).hasMessageContaining("can't be made");
    Files.delete(below);
    assertThat(younger.collect()).hasSize(10).contains(11L);
    assertThat(older.isCheckpointed()).isTrue();
    assertThat(younger.isCheckpointed()).isTrue();
  }

  @Test
  void aCheckpointIsMadeFromItsParentsWhicheverIsMetFirst() {
    context.setCheckpointDir(data.resolve("checkpoints").toString());
    Rdd<Long> parent =
        context
            .range(0, 10, 1, 2)
            .map(
                x -> {
                  CALLS.incrementAndGet();
                  return x + 1;
                });
    parent.checkpoint();
    Rdd<Long> child = parent.map(x -> x * 2);
    child.checkpoint();
    assertThat(child.union(parent).count()).isEqualTo(20);
    assertThat(CALLS).as("twice by the job, and once for the parent").hasValue(30);
    assertThat(parent.union(child).count()).isEqualTo(20);
    assertThat(CALLS).hasValue(30);
  }

  @Test
  void aDamagedCheckpointIsAnErrorThatNamesItsFile() throws IOException {
    context.setCheckpointDir(data.resolve("checkpoints").toString());
    Rdd<Long> saved = context.range(0, 100, 1, 1).map(x -> x + 1);
    saved.checkpoint();
    assertThat(saved.count()).isEqualTo(100);
    assertThat(saved.collect()).hasSize(100);
    assertThat(damage(data, "part-")).isEqualTo(1);
    assertThatThrownBy(saved::collect)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("part-00000")
        .hasMessageContaining("the checkpoint is damaged");
  }

  @Test
  void anExceptionIsTheCauseAndNamesTheLineAndTheRecord() {
    Rdd<Long> failing = context.range(0, 10, 1, 2).map(x -> 10 / (x - 7));
    JobFailedException failure = catchThrowableOfType(JobFailedException.class, failing::collect);
    assertThat(failure.getCause()).isInstanceOf(ArithmeticException.class);
    assertThat(failure.record()).contains("7");
    assertThat(failure.getMessage()).contains("map at TaskFaultsTest.java:");
  }

  @Test
  void aTaskThatUsesUpTheHeapIsTriedAgain() {
    Log.level(Log.Level.OFF);
    Rdd<Long> failing =
        context
            .range(0, 1, 1, 1)
            .map(
                x -> {
                  if (CALLS.incrementAndGet() < 3) {
                    throw new OutOfMemoryError("Java heap space");
                  }
                  return x;
                });
    assertThat(failing.collect()).containsExactly(0L);
    assertThat(CALLS).hasValue(3);
  }

  @Test
  void lineageMayBeThousandsDeep() {
    Rdd<Long> deep = context.range(0, 4, 1, 2);
    for (int i = 0; i < 3_000; i++) {
      deep = deep.map(x -> x + 1).filter(x -> x > 0);
    }
    assertThat(deep.collect()).containsExactly(3_000L, 3_001L, 3_002L, 3_003L);
  }

  @Test
  void textGoesOutAndComesBackPlainAndCompressed() throws IOException {
    List<String> lines = IntStream.range(0, 10_000).mapToObj(i -> "line é " + i).toList();
    String saved = data.resolve("saved").toString();
    context.parallelize(lines, 3).saveAsTextFile(saved);
    assertThat(Path.of(saved).resolve("_SUCCESS")).exists();
    assertThat(context.textFile(saved).collect()).isEqualTo(lines);
    Path archive = data.resolve("lines.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
      out.write(Files.readAllBytes(Path.of(saved).resolve("part-00000")));
    }
    assertThat(context.textFile(archive.toString()).collect()).isEqualTo(lines.subList(0, 3_333));
  }
}
