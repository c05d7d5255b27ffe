package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.api.Accumulator;
import dev.firesteel.api.Broadcast;
import dev.firesteel.api.CollectionAccumulator;
import dev.firesteel.api.DoubleAccumulator;
import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.LongAccumulator;
import dev.firesteel.api.Rdd;
import dev.firesteel.api.TaskContext;
import dev.firesteel.types.JobFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Broadcasts, accumulators and what a function can ask of its task. */
@Timeout(120)
class SharedVariablesTest {
  @TempDir static Path directory;

  private static FiresteelContext sc;

  /** An accumulator of the program's own: the different words. */
  private static final class Words extends Accumulator<String, Set<String>> {
    private static final long serialVersionUID = 1L;
    private final HashSet<String> words = new HashSet<>();

    @Override
    public boolean isZero() {
      return words.isEmpty();
    }

    @Override
    public Words zero() {
      return new Words();
    }

    @Override
    public void add(String word) {
      words.add(word);
    }

    @Override
    public void merge(Accumulator<String, Set<String>> other) {
      words.addAll(other.value());
    }

    @Override
    public Set<String> value() {
      return new TreeSet<>(words);
    }
  }

  @BeforeAll
  static void start() {
    sc = Contexts.start(directory);
  }

  @AfterAll
  static void stop() {
    sc.close();
  }

  @Test
  void accumulatorsCountEachRecordOnce() {
    LongAccumulator even = sc.longAccumulator("even");
    DoubleAccumulator halves = sc.doubleAccumulator();
    CollectionAccumulator<Long> large = sc.collectionAccumulator();
    Words words = sc.register(new Words(), "words");
    sc.range(0, 1_000, 1, 7)
        .foreach(
            n -> {
              if (n % 2 == 0) {
                even.add(1);
              }
              halves.add(0.5);
              if (n >= 998) {
                large.add(n);
              }
              words.add("word" + n % 3);
            });
    assertThat(even.value()).isEqualTo(500);
    assertThat(even.name()).contains("even");
    assertThat(halves.value()).isEqualTo(500.0);
    assertThat(large.value()).containsExactly(998L, 999L);
    assertThat(words.value()).containsExactly("word0", "word1", "word2");
    assertThat(even).hasToString("even: 500");
  }

  @Test
  void aShuffleThatIsReadTwiceCountsOnce() {
    LongAccumulator seen = sc.longAccumulator();
    Accumulator<Long, Long> most = sc.accumulator(Long.MIN_VALUE, Math::max);
    Rdd<Long> counted =
        sc.range(0, 100, 1, 4)
            .map(
                n -> {
                  seen.add(1);
                  most.add(n);
                  return n;
                })
            .repartition(3);
    assertThat(counted.count()).isEqualTo(100);
    assertThat(counted.count()).isEqualTo(100);
    assertThat(seen.value()).isEqualTo(100);
    assertThat(most.value()).isEqualTo(99);
  }

  @Test
  void anAccumulatorThatIsNotRegisteredIsRefused() {
    Words words = new Words();
    assertThatThrownBy(() -> sc.range(0, 1).foreach(n -> words.add("x")))
        .hasMessageContaining("has not been registered");
    sc.register(words, "once");
    assertThatThrownBy(() -> sc.register(words, "twice")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBroadcastIsSharedByTasks() throws IOException {
    Broadcast<Map<Long, String>> names = sc.broadcast(Map.of(1L, "one", 2L, "two"));
    Rdd<String> named = sc.range(0, 4, 1, 3).map(n -> names.value().getOrDefault(n, "many"));
    assertThat(named.collect()).containsExactly("many", "one", "two", "many");
    assertThat(named.map(name -> name + names.value().size()).first()).isEqualTo("many2");
    assertThat(files("broadcast_0_" + names.id())).hasSize(1);
    names.destroy();
    assertThat(files("broadcast_0_" + names.id())).isEmpty();
    assertThatThrownBy(named::collect)
        .as("what was sent before")
        .hasMessageContaining("map at SharedVariablesTest.java")
        .hasMessageContaining("destroyed");
    assertThatThrownBy(() -> sc.range(0, 2).map(n -> names.value().get(n)).collect())
        .hasMessageContaining("destroyed");
    assertThatThrownBy(names::value).isInstanceOf(IllegalStateException.class);
  }

  private static List<Path> files(String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(path -> path.endsWith(name)).toList();
    }
  }

  @Test
  void aFunctionKnowsItsTask() {
    sc.setLocalProperty("mine", "value");
    List<String> found =
        sc.range(0, 3, 1, 3)
            .map(
                n -> {
                  TaskContext task = TaskContext.get();
                  return task.partitionId() + task.getLocalProperty("mine") + task.attemptNumber();
                })
            .collect();
    assertThat(found).containsExactly("0value0", "1value0", "2value0");
    sc.setLocalProperty("mine", null);
    assertThat(sc.getLocalProperty("mine")).isNull();
    assertThat(TaskContext.find()).isEmpty();
    assertThatThrownBy(TaskContext::get).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void eachTaskHasACopyOfWhatAFunctionCaptured() {
    int[] calls = {0};
    Rdd<Integer> numbered = sc.range(0, 4, 1, 2).map(n -> ++calls[0]);
    assertThat(numbered.collect()).containsExactly(1, 2, 1, 2);
    assertThat(numbered.collect()).containsExactly(1, 2, 1, 2);
    assertThat(calls[0]).isZero();
  }

  @Test
  void whatAFailedTaskAddedDoesNotCount() {
    LongAccumulator seen = sc.longAccumulator();
    assertThatThrownBy(
            () ->
                sc.range(0, 10, 1, 1)
                    .foreach(
                        n -> {
                          seen.add(1);
                          if (n == 5) {
                            throw new IllegalStateException("five");
                          }
                        }))
        .isInstanceOf(JobFailedException.class);
    assertThat(seen.value()).isZero();
  }
}
