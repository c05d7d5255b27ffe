package dev.firesteel.interpreter.external;

import static dev.firesteel.interpreter.external.Spaces.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.interpreter.Combiner;
import dev.firesteel.interpreter.Partitioning;
import dev.firesteel.interpreter.UserFunctionException;
import dev.firesteel.types.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CombiningTest {
  private static final long PLENTY = 64L << 20;

  @TempDir Path scratch;

  private static final Combiner SUM =
      new Combiner(
          value -> value,
          (one, other) -> (Long) one + (Long) other,
          (one, other) -> (Long) one + (Long) other,
          "reduceByKey at App.java:1");

  @SuppressWarnings("unchecked")
  private static final Combiner LISTS =
      new Combiner(
          value -> new ArrayList<>(List.of(value)),
          (list, value) -> {
            ((List<Object>) list).add(value);
            return list;
          },
          (list, more) -> {
            ((List<Object>) list).addAll((List<Object>) more);
            return list;
          },
          "combineByKey at App.java:2");

  private static Object key(Random random, int kinds) {
    int number = random.nextInt(kinds);
    return switch (number % 4) {
      case 0 -> "word" + number;
      case 1 -> (long) number;
      case 2 -> number == 2 ? null : number;
      default -> Pair.of(number, "pair");
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {PLENTY, 1 << 20, 200 << 10})
  void sumsAreThoseOfAPlainMap(long memory) {
    Random random = new Random(memory);
    Map<Object, Long> expected = new HashMap<>();
    try (Workspace workspace = Spaces.of(memory, scratch)) {
      Combining combining = new Combining(workspace, SUM, Partitions.ONE);
      for (int i = 0; i < 60_000; i++) {
        Object key = key(random, 20_000);
        long value = random.nextInt(1000);
        expected.merge(key, value, Long::sum);
        if (i % 3 == 0) {
          combining.addCombiner(key, value);
        } else {
          combining.addValue(key, value);
        }
      }
      Map<Object, Object> found = new HashMap<>();
      for (Object pair : all(combining.result())) {
        assertThat(found.put(((Pair<?, ?>) pair).key(), ((Pair<?, ?>) pair).value())).isNull();
      }
      assertThat(found).isEqualTo(expected);
      assertThat(workspace.spilled() > 0).isEqualTo(memory != PLENTY);
    }
  }

  @Test
  void theOrderDoesNotDependOnWhatWasSpilled() {
    assertThat(lists(300 << 10)).isEqualTo(lists(PLENTY));
  }

  private List<Object> lists(long memory) {
    try (Workspace workspace = Spaces.of(memory, scratch)) {
      Combining combining = new Combining(workspace, LISTS, Partitions.ONE);
      Random random = new Random(5);
      for (int i = 0; i < 30_000; i++) {
        combining.addValue(key(random, 3000), i);
      }
      return all(combining.result());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {PLENTY, 200 << 10})
  void eachPartitionHasItsKeys(long memory) {
    try (Workspace workspace = Spaces.of(memory, scratch)) {
      Combining combining = new Combining(workspace, SUM, Partitions.hash(7));
      for (long i = 0; i < 50_000; i++) {
        combining.addValue(i % 10_000, 1L);
      }
      List<Iterator<Object>> parts = combining.results();
      assertThat(parts).hasSize(7);
      int found = 0;
      for (int part = 0; part < 7; part++) {
        for (Object pair : all(parts.get(part))) {
          assertThat(Math.floorMod(((Pair<?, ?>) pair).key().hashCode(), 7)).isEqualTo(part);
          assertThat(((Pair<?, ?>) pair).value()).isEqualTo(5L);
          found++;
        }
      }
      assertThat(found).isEqualTo(10_000);
    }
  }

  /** A key that has no hash. */
  record Broken(int number) {
    @Override
    public int hashCode() {
      return 1 / number;
    }
  }

  /** Keys whose hashes are all the same. */
  record Same(int number) implements java.io.Serializable {
    @Override
    public int hashCode() {
      return 42;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {PLENTY, 100 << 10})
  void keysOfOneHashAreToldApart(long memory) {
    try (Workspace workspace = Spaces.of(memory, scratch)) {
      Combining combining = new Combining(workspace, SUM, Partitions.ONE);
      for (int i = 0; i < 6000; i++) {
        combining.addValue(new Same(i % 300), 1L);
      }
      assertThat(all(combining.result()))
          .hasSize(300)
          .allSatisfy(pair -> assertThat(((Pair<?, ?>) pair).value()).isEqualTo(20L));
    }
  }

  @Test
  void combinersThatGrowAreSpilled() {
    try (Workspace workspace = Spaces.of(1 << 20, scratch)) {
      Combining combining = new Combining(workspace, LISTS, Partitions.ONE);
      for (int i = 0; i < 200_000; i++) {
        combining.addValue(i % 10, (long) i);
      }
      assertThat(workspace.spilled()).isGreaterThan(100_000);
      for (Object pair : all(combining.result())) {
        assertThat((List<?>) ((Pair<?, ?>) pair).value()).hasSize(20_000);
      }
    }
  }

  @Test
  void sortedRunsAreMergedWithoutATable() {
    try (Workspace workspace = Spaces.of(PLENTY, scratch)) {
      List<Batches> runs = new ArrayList<>();
      for (int run = 0; run < 5; run++) {
        Combining combining = new Combining(workspace, SUM, Partitions.ONE);
        for (long i = run; i < 2000; i++) {
          combining.addValue(i, 1L);
        }
        runs.add(workspace.spillFile().write(combining.result()).open());
      }
      List<Object> merged = all(Combining.merge(workspace, SUM, runs));
      assertThat(merged).hasSize(2000).contains(Pair.of(0L, 1L), Pair.of(1L, 2L), Pair.of(9L, 5L));
    }
  }

  @Test
  void aFunctionThatThrowsIsTheUsers() {
    Combiner fails =
        new Combiner(
            value -> Objects.requireNonNull(value),
            (one, other) -> {
              throw new IllegalStateException("no sum");
            },
            (one, other) -> one,
            "aggregateByKey at App.java:9");
    try (Workspace workspace = Spaces.of(PLENTY, scratch)) {
      Combining combining = new Combining(workspace, fails, Partitions.ONE);
      assertThatThrownBy(
              () -> {
                combining.addValue("a", 1);
                combining.addValue("a", 2);
              })
          .isInstanceOfSatisfying(
              UserFunctionException.class,
              failure -> {
                assertThat(failure.operation()).isEqualTo("aggregateByKey");
                assertThat(failure.record()).isEqualTo("2");
              })
          .hasRootCauseMessage("no sum");
    }
  }

  @Test
  void arraysAndKeysWithoutAHashCodeAreRefused() {
    assertThatThrownBy(() -> KeyHash.of(new int[2]))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("int[]")
        .hasMessageContaining("List");
    assertThatThrownBy(() -> KeyHash.of(Pair.of("a", new Object())))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("java.lang.Object")
        .hasMessageContaining("hashCode");
    assertThatThrownBy(() -> KeyHash.of(new Broken(0)))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("Broken")
        .hasRootCauseInstanceOf(ArithmeticException.class);
    assertThat(KeyHash.of(Thread.State.NEW)).isEqualTo("NEW".hashCode());
    assertThat(KeyHash.of(null)).isZero();
    assertThat(KeyHash.of(List.of(1, 2))).isEqualTo(List.of(1, 2).hashCode());
  }

  @Test
  void aPartitionerMustStayInItsRange() {
    Partitions custom =
        Partitions.custom(3, new Partitioning(key -> (Integer) key, "partitionBy at App.java:3"));
    assertThat(custom.of(2)).isEqualTo(2);
    assertThatThrownBy(() -> custom.of(3))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("partitionBy at App.java:3")
        .hasMessageContaining("returned 3");
  }
}
