package org.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.LongAccumulator;
import dev.firesteel.api.Rdd;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.types.Pair;
import dev.firesteel.types.PythonFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python functions in Java programs, with real workers. */
class PythonFunctionsTest {
  private static FiresteelContext sc;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    sc =
        FiresteelContext.builder()
            .master("local[2]")
            .appName("python")
            .conf("spark.pyspark.python", System.getProperty("firesteel.python"))
            .start();
  }

  @AfterAll
  static void stop() {
    sc.close();
  }

  private static PythonFunction lambda(String name, String parameter, String body) {
    return PythonFunction.source("def %s(%s): %s\n".formatted(name, parameter, body), name);
  }

  private static Rdd<Long> numbers(int count, int partitions) {
    return sc.parallelize(LongStream.range(0, count).boxed().toList(), partitions);
  }

  @Test
  void recordsGoToPythonAndComeBack() {
    Rdd<Long> doubled = numbers(1_000, 3).mapPython(lambda("double", "x", "return 2 * x"));
    assertThat(doubled.map(x -> x + 1).collect())
        .isEqualTo(LongStream.range(0, 1_000).map(x -> 2 * x + 1).boxed().toList());
  }

  @Test
  void aModuleOnThePathOfTheFunction() throws IOException {
    Files.writeString(
        directory.resolve("scoring_java.py"), "def score(line):\n    return float(len(line))\n");
    Rdd<Double> scores =
        sc.parallelize(List.of("a", "bcd"))
            .mapPython(PythonFunction.of("scoring_java:score").pythonPath(directory.toString()));
    assertThat(scores.collect()).containsExactly(1.0, 3.0);
  }

  @Test
  void neighbouringFunctionsOfBothLanguages() {
    Rdd<String> words = sc.parallelize(List.of("a b", "b c c", ""), 2);
    Map<String, Long> counts =
        words
            .flatMapPython(lambda("split", "line", "return line.split()"))
            .filterPython(lambda("keep", "word", "return word != 'a'"))
            .<String>mapPython(lambda("upper", "word", "return word.upper()"))
            .mapToPair(word -> Pair.of(word, 1L))
            .reduceByKey(Long::sum)
            .<Pair<String, Long>>mapPython(lambda("more", "pair", "return pair[0], pair[1] * 10"))
            .mapToPair(pair -> pair)
            .collectAsMap();
    assertThat(counts).isEqualTo(Map.of("B", 20L, "C", 20L));
  }

  @Test
  void aPartitionAtATime() {
    Rdd<Long> sums =
        numbers(10, 2).mapPartitionsPython(lambda("total", "records", "return [sum(records)]"));
    assertThat(sums.collect()).containsExactly(10L, 35L);
  }

  @Test
  void takeStopsBothHalvesEarly() throws IOException {
    Path seen = directory.resolve("seen");
    Rdd<Long> all =
        numbers(1_000_000, 1)
            .mapPython(
                PythonFunction.source(
                    """
                    def note(x):
                        with open(%r, "a") as file:
                            file.write("x")
                        return x
                    """
                        .replace("%r", "'" + seen + "'"),
                    "note"));
    assertThat(all.take(1)).containsExactly(0L);
    assertThat(Files.size(seen)).isLessThan(1_000);
  }

  @Test
  void anErrorInPythonHasItsTraceback() {
    Rdd<Object> failing = numbers(5, 1).mapPython(lambda("fail", "x", "return 1 // (x - 3)"));
    assertThatThrownBy(failing::collect)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("ZeroDivisionError")
        .hasMessageContaining("return 1 // (x - 3)")
        .hasMessageContaining("mapPython at PythonFunctionsTest.java:");
  }

  @Test
  void anErrorInJavaBelowPythonIsToldAsThatOfJava() {
    Rdd<Object> failing =
        numbers(5, 1).map(x -> 1 / (x - 3)).mapPython(lambda("same", "x", "return x"));
    assertThatThrownBy(failing::collect)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("ArithmeticException")
        .hasMessageContaining("map at PythonFunctionsTest.java:")
        .hasRootCauseInstanceOf(ArithmeticException.class);
  }

  record Point(int x) implements java.io.Serializable {}

  @Test
  void recordsThatCannotGoAreNamed() {
    PythonFunction same = lambda("same", "x", "return x");
    assertThatThrownBy(() -> numbers(1, 1).map(x -> new Point(3)).mapPython(same).collect())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("PythonFunctionsTest$Point")
        .hasMessageContaining("map at PythonFunctionsTest.java:")
        .hasMessageContaining("Point[x=3]");
    assertThatThrownBy(() -> numbers(1, 1).mapPython(lambda("odd", "x", "return 1j")).collect())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("it holds a complex")
        .hasMessageContaining("mapPython at PythonFunctionsTest.java:");
  }

  @Test
  void whatIsMissingIsSaid() {
    Rdd<Long> one = numbers(1, 1);
    assertThatThrownBy(() -> one.mapPython("surely_not_there:f").collect())
        .hasMessageContaining("there is no module surely_not_there");
    assertThatThrownBy(
            () ->
                one.mapPython(PythonFunction.of("math:sqrt").requirements("surely-not-there>=2"))
                    .collect())
        .hasMessageContaining("lacks surely-not-there>=2 (not installed)");
  }

  @Test
  void cachedBlocksOfBothLanguages() throws IOException {
    Path seen = directory.resolve("seen");
    Rdd<Long> kept =
        numbers(100, 2)
            .<Long>mapPython(
                PythonFunction.source(
                    "def note(x):\n    open('%s', 'a').write('x')\n    return x\n".formatted(seen),
                    "note"))
            .cache();
    Rdd<Long> more = kept.map(x -> x + 1).cache();
    for (int i = 0; i < 3; i++) {
      assertThat(more.mapPython(lambda("same", "x", "return x")).count()).isEqualTo(100);
    }
    assertThat(Files.size(seen)).isEqualTo(100);
  }

  @Test
  void nestedHalves() {
    PythonFunction inc = lambda("inc", "x", "return x + 1");
    Rdd<Long> deep = numbers(5_000, 2);
    for (int i = 0; i < 4; i++) {
      deep = deep.<Long>mapPython(inc).map(x -> x * 1);
    }
    List<Long> wanted = new ArrayList<>();
    for (long i = 4; i < 5_004; i++) {
      wanted.add(i);
    }
    assertThat(deep.collect()).isEqualTo(wanted);
    assertThat(deep.take(3)).containsExactly(4L, 5L, 6L);
  }

  @Test
  void accumulatorsOfAllPartsOfATaskCountOnce() {
    LongAccumulator inner = sc.longAccumulator("inner");
    LongAccumulator outer = sc.longAccumulator("outer");
    PythonFunction same = lambda("same", "x", "return x");
    long count =
        numbers(10, 2)
            .map(
                n -> {
                  inner.add(1L);
                  return n;
                })
            .<Long>mapPython(same)
            .map(
                n -> {
                  outer.add(1L);
                  return n;
                })
            .count();
    assertThat(count).isEqualTo(10);
    assertThat(inner.value()).isEqualTo(10);
    assertThat(outer.value()).isEqualTo(10);
  }

  @Test
  void instantsThatPythonDoesNotHaveAreRefused() {
    assertThatThrownBy(
            () ->
                numbers(1, 1)
                    .map(n -> Instant.MAX)
                    .mapPython(lambda("same", "x", "return x"))
                    .collect())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("it holds an Instant outside of the years 1 to 9999");
  }

  @Test
  void aKilledWorkerInMidExchangeIsTriedAgain() throws IOException {
    Path once = directory.resolve("once");
    Rdd<Long> killed =
        numbers(20_000, 1)
            .mapPython(
                PythonFunction.source(
                    """
                    import os, signal
                    def f(x):
                        if x == 15000 and not os.path.exists('%s'):
                            open('%s', 'w').close()
                            os.kill(os.getpid(), signal.SIGKILL)
                        return x
                    """
                        .formatted(once, once),
                    "f"));
    assertThat(killed.map(x -> x).count()).isEqualTo(20_000);
    assertThat(once).exists();
  }
}
