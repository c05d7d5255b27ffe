package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.PairRdd;
import dev.firesteel.api.Rdd;
import dev.firesteel.api.StorageLevel;
import dev.firesteel.types.Pair;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose data is many times what tasks and cached objects may have of the heap. */
@Timeout(180)
class LittleMemoryTest {
  private static final int COUNT = 120_000;
  private static final int KEYS = 30_000;

  @TempDir static Path directory;

  private static FiresteelContext sc;
  private static Rdd<Integer> numbers;

  @BeforeAll
  static void start() {
    sc = Contexts.builder(directory).conf("spark.memory.fraction", "0.0002").start();
    List<Integer> seeds = IntStream.range(0, 4).boxed().toList();
    numbers =
        sc.parallelize(seeds, 4)
            .flatMap(seed -> IntStream.range(0, COUNT / 4).map(i -> 4 * i + seed).iterator());
  }

  @AfterAll
  static void stop() {
    sc.close();
  }

  private static String key(int number) {
    return "a key that takes some room " + number % KEYS;
  }

  private static PairRdd<String, Integer> pairs() {
    return numbers.mapToPair(i -> Pair.of(key(i), i));
  }

  @Test
  void sums() {
    Map<String, Integer> expected = new HashMap<>();
    IntStream.range(0, COUNT).forEach(i -> expected.merge(key(i), i, Integer::sum));
    assertThat(pairs().reduceByKey(Integer::sum).collectAsMap()).isEqualTo(expected);
  }

  @Test
  void groups() {
    List<Pair<String, Integer>> sizes =
        pairs()
            .groupByKey()
            .mapValues(
                values -> {
                  int count = 0;
                  for (int value : values) {
                    count += value >= 0 ? 1 : 0;
                  }
                  return count;
                })
            .collect();
    assertThat(sizes)
        .hasSize(KEYS)
        .allSatisfy(pair -> assertThat(pair.value()).isEqualTo(COUNT / KEYS));
  }

  @Test
  void oneGroupOfAll() {
    List<Long> sums =
        numbers
            .mapToPair(i -> Pair.of("all", key(i)))
            .groupByKey()
            .map(
                group -> {
                  long characters = 0;
                  for (String value : group.value()) {
                    characters += value.length();
                  }
                  return characters;
                })
            .collect();
    long expected = IntStream.range(0, COUNT).mapToLong(i -> key(i).length()).sum();
    assertThat(sums).containsExactly(expected);
  }

  @Test
  void sorted() {
    Iterator<String> expected =
        IntStream.range(0, COUNT).mapToObj(LittleMemoryTest::key).sorted().iterator();
    List<String> found = numbers.map(LittleMemoryTest::key).sortBy(key -> key, true, 3).collect();
    assertThat(found).hasSize(COUNT).allSatisfy(key -> assertThat(key).isEqualTo(expected.next()));
  }

  @Test
  void joined() {
    PairRdd<String, String> right =
        numbers.filter(i -> i < KEYS).mapToPair(i -> Pair.of(key(i), "right " + i));
    List<Pair<String, Pair<Integer, String>>> found = pairs().join(right).collect();
    assertThat(found)
        .hasSize(COUNT)
        .allSatisfy(
            pair ->
                assertThat(pair.value().value()).isEqualTo("right " + pair.value().key() % KEYS));
  }

  @Test
  void cachedWhereThereIsRoom() {
    for (StorageLevel level : List.of(StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK)) {
      Rdd<String> cached = numbers.map(LittleMemoryTest::key).persist(level);
      assertThat(cached.count()).isEqualTo(COUNT);
      assertThat(cached.distinct().count()).isEqualTo(KEYS);
      assertThat(cached.filter(key -> key.endsWith(" 7")).count()).isEqualTo(COUNT / KEYS);
      cached.unpersist();
    }
  }
}
