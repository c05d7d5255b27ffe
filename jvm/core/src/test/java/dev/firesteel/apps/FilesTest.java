package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.LongAccumulator;
import dev.firesteel.api.Rdd;
import dev.firesteel.api.StorageLevel;
import dev.firesteel.types.OutputExistsException;
import dev.firesteel.types.Pair;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Text in and out, saved objects, cached and checkpointed RDDs, and what is left behind. */
@Timeout(120)
class FilesTest {
  @TempDir Path directory;

  private FiresteelContext sc;

  private record City(String name, List<Integer> numbers) implements Serializable {}

  @BeforeEach
  void start() {
    sc = Contexts.start(directory.resolve("work"));
  }

  @AfterEach
  void stop() throws Exception {
    sc.close();
    try (Stream<Path> left = Files.list(directory.resolve("work"))) {
      assertThat(left).isEmpty();
    }
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void textIsReadAndWritten() throws Exception {
    Files.writeString(directory.resolve("in.txt"), "ä\n\nb");
    Rdd<String> lines = sc.textFile(path("in.txt"), 2);
    assertThat(lines.collect()).containsExactly("ä", "", "b");
    lines.saveAsTextFile(path("out"));
    assertThat(sc.textFile(path("out")).collect()).containsExactlyInAnyOrder("ä", "", "b");
    assertThat(directory.resolve("out/_SUCCESS")).isEmptyFile();
    sc.range(0, 5, 1, 2).saveAsTextFile(path("zipped"), "gzip");
    assertThat(directory.resolve("zipped/part-00000.gz")).exists();
    assertThat(sc.textFile(path("zipped")).collect()).containsExactly("0", "1", "2", "3", "4");
    assertThatThrownBy(() -> lines.saveAsTextFile(path("out")))
        .isInstanceOf(OutputExistsException.class)
        .hasMessageContaining("saveAsTextFile at FilesTest.java:");
    assertThat(sc.wholeTextFiles(path("in.txt")).values().collect()).containsExactly("ä\n\nb");
  }

  @Test
  void anRddWithoutPartitionsIsSavedAsAnEmptyDirectory() {
    sc.empty().saveAsTextFile(path("none"));
    assertThat(directory.resolve("none/_SUCCESS")).isEmptyFile();
    assertThat(sc.textFile(path("none")).count()).isZero();
    sc.empty().saveAsObjectFile(path("no-objects"));
    assertThat(sc.objectFile(path("no-objects")).collect()).isEmpty();
  }

  @Test
  void pathsMayBeRelativeSeveralAndPatterns() throws Exception {
    Files.writeString(directory.resolve("a1.txt"), "one");
    Files.writeString(directory.resolve("a2.txt"), "two");
    Path relative = Path.of("").toAbsolutePath().relativize(directory.toRealPath());
    assertThat(sc.textFile(relative.resolve("a1.txt").toString()).collect()).containsExactly("one");
    assertThat(sc.textFile(path("a2.txt") + ", " + path("a{1,3}.txt")).collect())
        .containsExactlyInAnyOrder("one", "two");
    assertThat(sc.textFile("file:" + path("a*.txt")).count()).isEqualTo(2);
  }

  @Test
  void aFailedSaveLeavesNothing() throws Exception {
    assertThatThrownBy(() -> sc.range(0, 4, 1, 2).map(n -> 1 / (n - 3)).saveAsTextFile(path("bad")))
        .hasMessageContaining("ArithmeticException");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(directory.resolve("work"));
    }
  }

  @Test
  void objectsAreSavedAndReadByAnotherContext() {
    List<Pair<String, City>> cities =
        List.of(
            Pair.of("a", new City("Ulm", List.of(1, 2))), Pair.of("b", new City("Rom", List.of())));
    sc.parallelize(cities, 2).saveAsObjectFile(path("cities"));
    try (FiresteelContext other = Contexts.start(directory.resolve("other"))) {
      assertThat(other.<Pair<String, City>>objectFile(path("cities")).collect()).isEqualTo(cities);
      assertThat(other.objectFile(path("cities")).getNumPartitions()).isEqualTo(2);
    }
    assertThatThrownBy(() -> sc.range(0, 1).saveAsObjectFile(path("cities")))
        .isInstanceOf(OutputExistsException.class);
  }

  @Test
  void whatIsPersistedIsComputedOnce() {
    for (StorageLevel level : StorageLevel.values()) {
      if (level == StorageLevel.NONE) {
        continue;
      }
      LongAccumulator computed = sc.longAccumulator();
      Rdd<Pair<Long, String>> rdd =
          sc.range(0, 100, 1, 3)
              .map(
                  n -> {
                    computed.add(1);
                    return Pair.of(n, "text" + n);
                  })
              .persist(level);
      assertThat(rdd.getStorageLevel()).isEqualTo(level);
      assertThat(rdd.map(Pair::key).reduce(Long::sum)).isEqualTo(4_950);
      assertThat(rdd.count()).isEqualTo(100);
      assertThat(rdd.map(Pair::value).take(2)).containsExactly("text0", "text1");
      assertThat(computed.value()).as("%s", level).isEqualTo(100);
      rdd.unpersist(true);
      assertThat(rdd.getStorageLevel()).isEqualTo(StorageLevel.NONE);
      assertThat(rdd.collect()).hasSize(100);
      assertThat(computed.value()).as("%s, again", level).isEqualTo(200);
    }
  }

  @Test
  void anotherLevelIsRefused() {
    Rdd<Long> rdd = sc.range(0, 3).cache();
    assertThatThrownBy(() -> rdd.persist(StorageLevel.DISK_ONLY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("MEMORY_ONLY already");
  }

  @Test
  void checkpointsCutTheLineage() {
    LongAccumulator computed = sc.longAccumulator();
    Rdd<Long> rdd =
        sc.range(0, 10, 1, 2)
            .map(
                n -> {
                  computed.add(1);
                  return n * n;
                });
    assertThatThrownBy(rdd::checkpoint)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("setCheckpointDir");
    sc.setCheckpointDir(path("checkpoints"));
    rdd.checkpoint();
    assertThat(rdd.isCheckpointed()).isFalse();
    assertThat(rdd.reduce(Long::sum)).isEqualTo(285);
    assertThat(rdd.isCheckpointed()).isTrue();
    assertThat(rdd.getCheckpointFile()).hasValueSatisfying(p -> assertThat(Path.of(p)).exists());
    long before = computed.value();
    assertThat(rdd.map(n -> n + 1).collect()).hasSize(10).contains(82L);
    assertThat(computed.value()).isEqualTo(before);
    Rdd<Pair<Long, Long>> local =
        sc.range(0, 9).mapToPair(n -> Pair.of(n % 3, n)).reduceByKey(Long::sum);
    local.localCheckpoint();
    assertThat(local.count()).isEqualTo(3);
    assertThat(local.isCheckpointed()).isTrue();
    assertThat(local.collect())
        .containsExactlyInAnyOrder(Pair.of(0L, 9L), Pair.of(1L, 12L), Pair.of(2L, 15L));
    assertThat(local.toDebugString()).contains("checkpointed").doesNotContain("+-");
  }

  @Test
  void droppedRddsAreReleased() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(
              sc.parallelize(List.of(1, 2, 3), 2)
                  .mapToPair(n -> Pair.of(n, 1))
                  .reduceByKey(Integer::sum)
                  .count())
          .isEqualTo(3);
      sc.broadcast("no job uses it");
      sc.broadcast("nor this one").destroy();
    }
    Path driver;
    try (Stream<Path> work = Files.list(directory.resolve("work"))) {
      driver = work.findFirst().orElseThrow().resolve("driver");
    }
    org.awaitility.Awaitility.await()
        .until(
            () -> {
              System.gc();
              try (Stream<Path> files = Files.list(driver)) {
                return files.count() < 5;
              }
            });
  }

  @Test
  void settingsAreTold() {
    assertThat(sc.getConf()).containsAllEntriesOf(Map.of("spark.master", "local[2]"));
    assertThat(sc.applicationId()).startsWith("local-");
    assertThat(sc.defaultParallelism()).isEqualTo(2);
    assertThat(sc.master()).isEqualTo("local[2]");
    assertThat(sc.appName()).isEqualTo("test");
  }
}
