package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.PairRdd;
import dev.firesteel.api.Partitioner;
import dev.firesteel.api.Rdd;
import dev.firesteel.types.Pair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What works on keys, against what plain Java makes of the same pairs. */
@Timeout(120)
class PairsTest {
  @TempDir static Path directory;

  private static FiresteelContext sc;
  private static List<Pair<String, Integer>> model;
  private static PairRdd<String, Integer> pairs;
  private static Map<String, List<Integer>> groups;

  private record ByLength(int partitions) implements Partitioner<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public int partition(String key) {
      return key.length() % partitions;
    }
  }

  @BeforeAll
  static void start() {
    sc = Contexts.start(directory);
    Random random = new Random(3);
    model = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      model.add(Pair.of("key" + random.nextInt(150), random.nextInt(100)));
    }
    pairs = sc.parallelizePairs(model, 4);
    groups =
        model.stream()
            .collect(
                Collectors.groupingBy(
                    Pair::key, TreeMap::new, Collectors.mapping(Pair::value, Collectors.toList())));
  }

  @AfterAll
  static void stop() {
    sc.close();
  }

  private static <V> List<V> sorted(Iterable<V> values) {
    return StreamSupport.stream(values.spliterator(), false).sorted().toList();
  }

  @Test
  void theExampleOfTheGuide() throws Exception {
    Path text = directory.resolve("words.txt");
    Files.writeString(text, "to be or not\nto be\n");
    Rdd<String> lines = sc.textFile(text.toString());
    Map<String, Long> counts =
        lines
            .flatMap(l -> List.of(l.split(" ")).iterator())
            .mapToPair(w -> Pair.of(w, 1L))
            .reduceByKey(Long::sum)
            .collectAsMap();
    assertThat(counts).isEqualTo(Map.of("to", 2L, "be", 2L, "or", 1L, "not", 1L));
  }

  @Test
  void valuesAreCombinedByKey() {
    Map<String, Integer> sums =
        groups.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, e -> e.getValue().stream().mapToInt(n -> n).sum()));
    assertThat(pairs.reduceByKey(Integer::sum).collectAsMap()).isEqualTo(sums);
    assertThat(pairs.reduceByKey(Integer::sum, 7).getNumPartitions()).isEqualTo(7);
    assertThat(pairs.foldByKey(0, Integer::sum).collectAsMap()).isEqualTo(sums);
    assertThat(pairs.reduceByKeyLocally(Integer::sum)).isEqualTo(sums);
    assertThat(
            pairs
                .combineByKey(n -> (long) n, (sum, n) -> sum + n, Long::sum)
                .mapValues(Long::intValue)
                .collectAsMap())
        .isEqualTo(sums);
    Map<String, List<Integer>> lists =
        pairs
            .aggregateByKey(
                new ArrayList<Integer>(),
                (list, n) -> {
                  list.add(n);
                  return list;
                },
                (one, two) -> {
                  one.addAll(two);
                  return one;
                })
            .mapValues(list -> (List<Integer>) list)
            .collectAsMap();
    assertThat(lists.keySet()).isEqualTo(groups.keySet());
    lists.forEach((key, list) -> assertThat(sorted(list)).isEqualTo(sorted(groups.get(key))));
  }

  @Test
  void keysThatAreNanAreOneWhateverTheirBitsAndPartitions() {
    double other = Double.longBitsToDouble(0x7ff8_0000_0000_0123L);
    List<Pair<Pair<Double, Float>, Integer>> nans = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      nans.add(Pair.of(Pair.of(i % 2 == 0 ? Double.NaN : other, Float.NaN), 1));
    }
    for (int partitions : new int[] {1, 8}) {
      PairRdd<Pair<Double, Float>, Integer> ones = sc.parallelizePairs(nans, partitions);
      assertThat(ones.reduceByKey(Integer::sum, 3).values().collect()).containsExactly(8);
      assertThat(ones.groupByKey(3).count()).isEqualTo(1);
      assertThat(ones.countByKey().values()).containsExactly(8L);
      assertThat(ones.keys().distinct().count()).isEqualTo(1);
      assertThat(ones.map(pair -> pair.key().key()).distinct().count()).isEqualTo(1);
      assertThat(ones.join(ones).count()).isEqualTo(64);
    }
  }

  @Test
  void groups() {
    Map<String, Iterable<Integer>> grouped = pairs.groupByKey().collectAsMap();
    assertThat(grouped.keySet()).isEqualTo(groups.keySet());
    grouped.forEach((key, values) -> assertThat(sorted(values)).isEqualTo(sorted(groups.get(key))));
    Map<Integer, Long> byRest =
        pairs
            .groupBy(pair -> pair.value() % 3)
            .mapValues(records -> StreamSupport.stream(records.spliterator(), false).count())
            .collectAsMap();
    assertThat(byRest)
        .isEqualTo(
            model.stream()
                .collect(Collectors.groupingBy(p -> p.value() % 3, Collectors.counting())));
  }

  @Test
  void keysAndValues() {
    assertThat(pairs.keys().collect()).isEqualTo(model.stream().map(Pair::key).toList());
    assertThat(pairs.values().collect()).isEqualTo(model.stream().map(Pair::value).toList());
    assertThat(pairs.mapValues(n -> n + 1).collect())
        .isEqualTo(model.stream().map(p -> Pair.of(p.key(), p.value() + 1)).toList());
    assertThat(pairs.flatMapValues(n -> List.of(n, -n).iterator()).count()).isEqualTo(8_000);
    assertThat(pairs.countByKey().get("key7")).isEqualTo(groups.get("key7").size());
    assertThat(sc.parallelize(List.of("a", "bb")).keyBy(String::length).collect())
        .containsExactly(Pair.of(1, "a"), Pair.of(2, "bb"));
  }

  @Test
  void keysAreLookedUp() {
    assertThat(sorted(pairs.lookup("key7"))).isEqualTo(sorted(groups.get("key7")));
    assertThat(sorted(pairs.partitionBy(5).lookup("key7"))).isEqualTo(sorted(groups.get("key7")));
    assertThat(sorted(pairs.partitionBy(new ByLength(3)).lookup("key7")))
        .isEqualTo(sorted(groups.get("key7")));
    assertThat(pairs.partitionBy(5).lookup("none")).isEmpty();
  }

  @Test
  void keysAreSorted() {
    List<String> keys = new ArrayList<>(model.stream().map(Pair::key).toList());
    Collections.sort(keys);
    assertThat(pairs.sortByKey().keys().collect()).isEqualTo(keys);
    Collections.reverse(keys);
    assertThat(pairs.sortByKey(false, 3).keys().collect()).isEqualTo(keys);
    assertThat(pairs.sortByKey((one, two) -> two.compareTo(one)).keys().collect()).isEqualTo(keys);
  }

  @Test
  void aPartitionerOfTheProgramsOwnSpreadsKeys() {
    PairRdd<String, Integer> spread = pairs.partitionBy(new ByLength(3));
    List<List<Pair<String, Integer>>> parts = spread.glom().collect();
    for (int partition = 0; partition < 3; partition++) {
      int wanted = partition;
      assertThat(parts.get(partition)).allMatch(pair -> pair.key().length() % 3 == wanted);
    }
    assertThat(spread.partitionBy(new ByLength(3))).extracting(Rdd::id).isNotEqualTo(-1L);
    assertThat(spread.partitionBy(new ByLength(3)).toDebugString())
        .isEqualTo(spread.toDebugString());
  }

  @Test
  void whatIsSpreadAlikeIsNotShuffledAgain() {
    PairRdd<String, Integer> left = pairs.partitionBy(6);
    PairRdd<String, Integer> right = pairs.mapValues(n -> -n).partitionBy(6);
    long shuffles = count(left.join(right).toDebugString(), "+-");
    assertThat(shuffles).isEqualTo(2);
    assertThat(count(left.reduceByKey(Integer::sum).toDebugString(), "+-")).isEqualTo(1);
    assertThat(left.reduceByKey(Integer::sum).collectAsMap())
        .isEqualTo(pairs.reduceByKey(Integer::sum).collectAsMap());
    assertThat(left.groupByKey().mapValues(v -> sorted(v)).collectAsMap())
        .isEqualTo(pairs.groupByKey().mapValues(v -> sorted(v)).collectAsMap());
    assertThat(left.join(right).count()).isEqualTo(pairs.join(pairs).count());
    assertThat(left.filter(p -> p.value() > 50).union(left).getNumPartitions()).isEqualTo(6);
  }

  private static long count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  @Test
  void joins() {
    PairRdd<String, Integer> left =
        sc.parallelizePairs(List.of(Pair.of("a", 1), Pair.of("a", 2), Pair.of("b", 3)), 2);
    PairRdd<String, String> right =
        sc.parallelizePairs(List.of(Pair.of("a", "x"), Pair.of("a", "y"), Pair.of("c", "z")), 3);
    assertThat(left.join(right).collect())
        .containsExactlyInAnyOrder(
            Pair.of("a", Pair.of(1, "x")),
            Pair.of("a", Pair.of(1, "y")),
            Pair.of("a", Pair.of(2, "x")),
            Pair.of("a", Pair.of(2, "y")));
    assertThat(left.leftOuterJoin(right).filter(p -> !p.key().equals("a")).collect())
        .containsExactly(Pair.of("b", Pair.of(3, null)));
    assertThat(left.rightOuterJoin(right).filter(p -> !p.key().equals("a")).collect())
        .containsExactly(Pair.of("c", Pair.of(null, "z")));
    assertThat(left.fullOuterJoin(right, 4).filter(p -> !p.key().equals("a")).collect())
        .containsExactlyInAnyOrder(
            Pair.of("b", Pair.of(3, null)), Pair.of("c", Pair.of(null, "z")));
    Map<String, Pair<Iterable<Integer>, Iterable<String>>> both =
        left.cogroup(right).collectAsMap();
    assertThat(sorted(both.get("a").key())).containsExactly(1, 2);
    assertThat(sorted(both.get("a").value())).containsExactly("x", "y");
    assertThat(both.get("b").value()).isEmpty();
    assertThat(left.groupWith(List.of(right, right)).count()).isEqualTo(3);
    assertThat(left.subtractByKey(right).collect()).containsExactly(Pair.of("b", 3));
  }

  @Test
  void pairsAreSampledByKey() {
    Map<String, Double> fractions = new TreeMap<>();
    groups.keySet().forEach(key -> fractions.put(key, key.equals("key7") ? 1.0 : 0.0));
    assertThat(pairs.sampleByKey(false, fractions, 1).count()).isEqualTo(groups.get("key7").size());
  }

  @Test
  void nullAndArraysAsKeys() {
    PairRdd<String, Integer> some =
        sc.parallelizePairs(
            List.of(Pair.of(null, 1), Pair.of("a", 2), Pair.of((String) null, 3)), 2);
    Map<String, Integer> sums = some.reduceByKey(Integer::sum).collectAsMap();
    assertThat(sums).hasSize(2).containsEntry(null, 4).containsEntry("a", 2);
  }
}
