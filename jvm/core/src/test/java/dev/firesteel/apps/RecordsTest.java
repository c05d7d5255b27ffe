package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.firesteel.api.DoubleRdd;
import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.Rdd;
import dev.firesteel.types.Pair;
import dev.firesteel.types.Stats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transformations and actions on records, against what plain Java makes of the same records. */
@Timeout(120)
class RecordsTest {
  @TempDir static Path directory;

  private static FiresteelContext sc;
  private static List<Integer> model;
  private static Rdd<Integer> numbers;

  @BeforeAll
  static void start() {
    sc = Contexts.start(directory);
    Random random = new Random(7);
    model = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      model.add(random.nextInt(1_000));
    }
    numbers = sc.parallelize(model, 5);
  }

  @AfterAll
  static void stop() {
    sc.close();
  }

  @Test
  void collectKeepsOrderAndPartitions() {
    assertThat(numbers.collect()).isEqualTo(model);
    assertThat(numbers.getNumPartitions()).isEqualTo(5);
    assertThat(numbers.glom().collect()).hasSize(5).allMatch(part -> part.size() == 1_000);
    assertThat(numbers.collectPartitions(1, 4))
        .isEqualTo(List.of(model.subList(1_000, 2_000), model.subList(4_000, 5_000)));
  }

  @Test
  void narrowStepsAreAppliedInOrder() {
    int factor = 3;
    List<String> found =
        numbers
            .map(n -> n * factor)
            .filter(n -> n % 2 == 0)
            .flatMap(n -> List.of("a" + n, "b" + n).iterator())
            .collect();
    List<String> expected =
        model.stream()
            .map(n -> n * 3)
            .filter(n -> n % 2 == 0)
            .flatMap(n -> List.of("a" + n, "b" + n).stream())
            .collect(Collectors.toList());
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void partitionsAreGivenWhole() {
    Rdd<Integer> sums =
        numbers.mapPartitions(
            records -> {
              int sum = 0;
              while (records.hasNext()) {
                sum += records.next();
              }
              return List.of(sum).iterator();
            });
    assertThat(sums.collect()).hasSize(5);
    assertThat(sums.reduce(Integer::sum)).isEqualTo(model.stream().mapToInt(n -> n).sum());
    assertThat(
            numbers.mapPartitionsWithIndex((index, records) -> List.of(index).iterator()).collect())
        .containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void countsAndEmptiness() {
    assertThat(numbers.count()).isEqualTo(5_000);
    assertThat(numbers.isEmpty()).isFalse();
    assertThat(numbers.filter(n -> n < 0).isEmpty()).isTrue();
    assertThat(sc.empty().count()).isZero();
    assertThat(sc.empty().collect()).isEmpty();
    assertThat(numbers.countByValue())
        .isEqualTo(model.stream().collect(Collectors.groupingBy(n -> n, Collectors.counting())));
  }

  @Test
  void takeLooksAtNoMoreThanItNeeds() {
    assertThat(numbers.take(3)).isEqualTo(model.subList(0, 3));
    assertThat(numbers.take(4_321)).isEqualTo(model.subList(0, 4_321));
    assertThat(numbers.take(10_000)).isEqualTo(model);
    assertThat(numbers.take(0)).isEmpty();
    assertThat(numbers.first()).isEqualTo(model.get(0));
    Rdd<Integer> poisoned =
        numbers.mapPartitionsWithIndex(
            (index, records) -> {
              if (index > 0) {
                throw new IllegalStateException("partition " + index + " is not needed");
              }
              return records;
            });
    assertThat(poisoned.take(5)).isEqualTo(model.subList(0, 5));
    assertThatThrownBy(() -> numbers.take(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reductions() {
    int sum = model.stream().mapToInt(n -> n).sum();
    assertThat(numbers.reduce(Integer::sum)).isEqualTo(sum);
    assertThat(numbers.fold(0, Integer::sum)).isEqualTo(sum);
    assertThat(numbers.treeReduce(Integer::sum)).isEqualTo(sum);
    assertThat(numbers.repartition(40).treeReduce(Integer::sum, 3)).isEqualTo(sum);
    Pair<Integer, Integer> both =
        numbers.aggregate(
            Pair.of(0, 0),
            (total, n) -> Pair.of(total.key() + n, total.value() + 1),
            (one, two) -> Pair.of(one.key() + two.key(), one.value() + two.value()));
    assertThat(both).isEqualTo(Pair.of(sum, 5_000));
    List<Integer> all =
        sc.parallelize(model, 30)
            .treeAggregate(
                new ArrayList<Integer>(),
                (list, n) -> {
                  list.add(n);
                  return list;
                },
                (one, two) -> {
                  one.addAll(two);
                  return one;
                });
    assertThat(all).containsExactlyInAnyOrderElementsOf(model);
    assertThatThrownBy(() -> sc.<Integer>empty().reduce(Integer::sum))
        .isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(() -> sc.empty().first()).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void topAndTakeOrdered() {
    List<Integer> ascending = new ArrayList<>(model);
    Collections.sort(ascending);
    List<Integer> descending = new ArrayList<>(ascending);
    Collections.reverse(descending);
    assertThat(numbers.top(17)).isEqualTo(descending.subList(0, 17));
    assertThat(numbers.takeOrdered(17)).isEqualTo(ascending.subList(0, 17));
    assertThat(numbers.top(6_000)).isEqualTo(descending);
    assertThat(numbers.top(3, Comparator.reverseOrder())).isEqualTo(ascending.subList(0, 3));
    assertThat(numbers.takeOrdered(3, (one, two) -> two - one)).isEqualTo(descending.subList(0, 3));
    assertThat(numbers.max(Comparator.naturalOrder())).isEqualTo(descending.get(0));
    assertThat(numbers.min((one, two) -> one - two)).isEqualTo(ascending.get(0));
    assertThat(sc.parallelize(Arrays.asList(3, null, 1)).takeOrdered(2)).containsExactly(null, 1);
  }

  @Test
  void setsOfRecords() {
    List<Integer> other = LongStream.range(500, 1_500).mapToObj(n -> (int) n).toList();
    Rdd<Integer> others = sc.parallelize(other, 3);
    assertThat(numbers.distinct().collect())
        .containsExactlyInAnyOrderElementsOf(new HashSet<>(model));
    assertThat(numbers.distinct(2).getNumPartitions()).isEqualTo(2);
    List<Integer> both = new ArrayList<>(model);
    both.addAll(other);
    assertThat(numbers.union(others).collect()).isEqualTo(both);
    assertThat(sc.union(List.of(numbers, others)).collect()).isEqualTo(both);
    HashSet<Integer> common = new HashSet<>(model);
    common.retainAll(other);
    assertThat(numbers.intersection(others).collect()).containsExactlyInAnyOrderElementsOf(common);
    List<Integer> rest = model.stream().filter(n -> !other.contains(n)).toList();
    assertThat(numbers.subtract(others).collect()).containsExactlyInAnyOrderElementsOf(rest);
  }

  @Test
  void order() {
    List<Integer> ascending = new ArrayList<>(model);
    Collections.sort(ascending);
    assertThat(numbers.sortBy(n -> n).collect()).isEqualTo(ascending);
    Collections.reverse(ascending);
    assertThat(numbers.sortBy(n -> n, false, 4).collect()).isEqualTo(ascending);
    assertThat(numbers.sort(Comparator.reverseOrder(), 3).collect()).isEqualTo(ascending);
    assertThat(numbers.sort((one, two) -> two - one, 1).collect()).isEqualTo(ascending);
    List<String> words = List.of("ccc", "a", "bb", "dd", "e");
    assertThat(sc.parallelize(words, 2).sortBy(String::length).collect())
        .containsExactly("a", "e", "bb", "dd", "ccc");
  }

  @Test
  void partitionsAreMadeFewerAndMore() {
    assertThat(numbers.coalesce(2).getNumPartitions()).isEqualTo(2);
    assertThat(numbers.coalesce(2).collect()).isEqualTo(model);
    assertThat(numbers.coalesce(9).getNumPartitions()).isEqualTo(5);
    Rdd<Integer> more = numbers.repartition(9);
    assertThat(more.getNumPartitions()).isEqualTo(9);
    assertThat(more.collect()).containsExactlyInAnyOrderElementsOf(model);
    assertThat(more.glom().collect()).allSatisfy(part -> assertThat(part).hasSizeBetween(540, 570));
    assertThatThrownBy(() -> numbers.repartition(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repartition at RecordsTest.java:");
  }

  @Test
  void pairsByPlace() {
    Rdd<Integer> doubled = numbers.map(n -> 2 * n);
    assertThat(numbers.zip(doubled).collect())
        .isEqualTo(model.stream().map(n -> Pair.of(n, 2 * n)).toList());
    List<Pair<Integer, Long>> indexed = numbers.zipWithIndex().collect();
    assertThat(indexed).hasSize(5_000);
    for (int i = 0; i < indexed.size(); i++) {
      assertThat(indexed.get(i)).isEqualTo(Pair.of(model.get(i), (long) i));
    }
    assertThat(numbers.zipWithUniqueId().values().distinct().count()).isEqualTo(5_000);
    assertThat(sc.parallelize(List.of("a", "b", "c"), 2).zipWithUniqueId().collect())
        .containsExactly(Pair.of("a", 0L), Pair.of("b", 1L), Pair.of("c", 3L));
    assertThatThrownBy(() -> numbers.zip(doubled.coalesce(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this one has 5, the other 2");
    Rdd<Integer> few = sc.parallelize(List.of(1, 2), 2);
    assertThat(few.cartesian(sc.parallelize(List.of("x", "y"), 2)).collect())
        .containsExactlyInAnyOrder(
            Pair.of(1, "x"), Pair.of(1, "y"), Pair.of(2, "x"), Pair.of(2, "y"));
  }

  @Test
  void samples() {
    Rdd<Long> many = sc.range(0, 20_000, 1, 4);
    List<Long> tenth = many.sample(false, 0.1, 42).collect();
    assertThat(tenth).hasSizeBetween(1_800, 2_200).doesNotHaveDuplicates();
    assertThat(many.sample(false, 0.1, 42).collect()).isEqualTo(tenth);
    assertThat(many.sample(true, 2.0, 3).count()).isBetween(39_000L, 41_000L);
    List<Rdd<Long>> parts = many.randomSplit(new double[] {1, 3}, 5);
    assertThat(parts.get(0).count()).isBetween(4_600L, 5_400L);
    assertThat(parts.get(0).union(parts.get(1)).distinct().count()).isEqualTo(20_000);
    assertThat(many.takeSample(false, 100, 9)).hasSize(100).doesNotHaveDuplicates();
    assertThat(many.takeSample(false, 100, 9)).isEqualTo(many.takeSample(false, 100, 9));
    assertThat(many.takeSample(true, 30_000, 9)).hasSize(30_000);
    assertThat(numbers.takeSample(false, 9_000)).containsExactlyInAnyOrderElementsOf(model);
    assertThatThrownBy(() -> many.sample(false, 1.5)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void numbersAreMeasured() {
    DoubleRdd doubles = numbers.mapToDouble(n -> n);
    Stats expected = new Stats();
    model.forEach(expected::add);
    Stats stats = doubles.stats();
    assertThat(stats.count()).isEqualTo(5_000);
    assertThat(doubles.sum()).isEqualTo(expected.sum(), within(1e-6));
    assertThat(doubles.mean()).isEqualTo(expected.mean(), within(1e-9));
    assertThat(stats.sampleStdev()).isEqualTo(expected.sampleStdev(), within(1e-9));
    assertThat(doubles.max()).isEqualTo(expected.max());
    assertThat(doubles.min()).isEqualTo(expected.min());
    long[] counts = doubles.histogram(0, 100, 500);
    assertThat(counts[0]).isEqualTo(model.stream().filter(n -> n < 100).count());
    assertThat(counts[1]).isEqualTo(model.stream().filter(n -> n >= 100 && n <= 500).count());
    assertThat(Arrays.stream(doubles.histogram(7).counts()).sum()).isEqualTo(5_000);
    assertThatThrownBy(() -> doubles.histogram(2.0, 1.0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ranges() {
    assertThat(sc.range(1, 7, 2, 2).collect()).containsExactly(1L, 3L, 5L);
    assertThat(sc.range(5, 0, -2, 3).collect()).containsExactly(5L, 3L, 1L);
    assertThat(sc.range(3, 3).count()).isZero();
    assertThat(sc.range(0, 1_000_000).map(n -> n % 7).filter(n -> n == 0).count())
        .isEqualTo(142_858);
  }

  @Test
  void aLocalIteratorRunsAJobForEachPartitionItReaches() {
    Iterator<Integer> records = numbers.toLocalIterator();
    List<Integer> found = new ArrayList<>();
    records.forEachRemaining(found::add);
    assertThat(found).isEqualTo(model);
    assertThat(records.hasNext()).isFalse();
  }

  @Test
  void recordsGoThroughAProgram() {
    assertThat(sc.parallelize(List.of("b", "a", "c"), 1).pipe(List.of("sort")).collect())
        .containsExactly("a", "b", "c");
    assertThat(
            sc.parallelize(List.of(1, 2), 1)
                .pipe(List.of("sh", "-c", "echo $WORD; cat"), Map.of("WORD", "first"))
                .collect())
        .containsExactly("first", "1", "2");
    assertThatThrownBy(() -> sc.range(0, 1).pipe(List.of("sh", "-c", "exit 3")).collect())
        .hasMessageContaining("status 3");
    // Neither "exit 3" nor "head" waits for its input: what counts is how the program ends.
    assertThat(sc.range(0, 100_000, 1, 1).pipe(List.of("head", "-n", "1")).collect())
        .containsExactly("0");
  }

  @Test
  void nullIsARecordLikeAnyOther() {
    List<String> some = Arrays.asList("a", null, "b", null);
    assertThat(sc.parallelize(some, 2).collect()).isEqualTo(some);
    assertThat(sc.parallelize(some, 2).distinct().count()).isEqualTo(3);
    assertThat(sc.parallelize(some, 2).map(s -> s == null ? 1 : 0).reduce(Integer::sum))
        .isEqualTo(2);
  }

  @Test
  void aLongLineageIsNoProblem() {
    Rdd<Long> deep = sc.range(0, 10, 1, 2);
    for (int i = 0; i < 3_000; i++) {
      deep = deep.map(n -> n + 1);
    }
    assertThat(deep.first()).isEqualTo(3_000L);
    Rdd<Long> wide = sc.range(0, 2, 1, 1);
    for (int i = 0; i < 300; i++) {
      wide = wide.union(sc.range(0, 1, 1, 1));
    }
    assertThat(wide.count()).isEqualTo(302);
  }
}
