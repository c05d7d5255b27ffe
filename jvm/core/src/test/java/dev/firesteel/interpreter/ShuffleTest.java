package dev.firesteel.interpreter;

import static dev.firesteel.interpreter.external.Spaces.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.interpreter.external.RecordException;
import dev.firesteel.interpreter.external.Spaces;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.lineage.ReadMode;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.records.DamagedException;
import dev.firesteel.shuffle.MapOutput;
import dev.firesteel.shuffle.MapOutputTracker;
import dev.firesteel.types.Pair;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Map outputs that tasks in Java write, read by tasks in Java. */
class ShuffleTest {
  private static final ShuffleId SHUFFLE = new ShuffleId(0, 3);
  private static final ShuffleId BOUNDS = new ShuffleId(0, 4);
  private static final ClosureId CLOSURE = new ClosureId(0, 9);
  private static final long PLENTY = 64L << 20;
  private static final long LITTLE = 200 << 10;

  private static final Combiner SUM =
      new Combiner(
          value -> value,
          (one, other) -> (Long) one + (Long) other,
          (one, other) -> (Long) one + (Long) other,
          "reduceByKey at App.java:1");

  private static final SortOrder BY_KEY =
      new SortOrder(record -> ((Pair<?, ?>) record).key(), null, "sortByKey at App.java:2");

  @TempDir Path directory;

  private final Map<ShuffleId, List<MapOutput>> outputs = new HashMap<>();
  private long attempts;

  private JavaTask task(long memory, Serializable closure, Map<String, Path> files)
      throws IOException {
    attempts++;
    Path path = directory.resolve("closure." + attempts);
    ClosureFile.write(path, CLOSURE.name(), ClosureFile.serialize(closure));
    Map<String, Path> all = new HashMap<>(files);
    all.put(CLOSURE.name(), path);
    JavaTask task = Tasks.task(attempts, all, directory);
    task.workspace(Spaces.of(memory, directory));
    return task;
  }

  private MapOutput write(
      ShuffleId shuffle,
      Partitioner partitioner,
      boolean combine,
      int partitions,
      long memory,
      Serializable closure,
      Iterator<?> records)
      throws IOException {
    List<MapOutput> maps = outputs.computeIfAbsent(shuffle, id -> new ArrayList<>());
    BlockId.ShuffleMap block = new BlockId.ShuffleMap(shuffle, maps.size());
    Sink.ShuffleWrite plan =
        new Sink.ShuffleWrite(
            new Source.Empty(), block, partitions, partitioner, combine ? CLOSURE : null);
    Path path = directory.resolve(block.name() + "." + attempts);
    JavaTask task = task(memory, closure, Map.of(block.name(), path));
    ShuffleOutput written = ShuffleWriter.write(task, plan, records);
    assertThat(task.workspace().spilled() > 0).isEqualTo(memory != PLENTY);
    task.workspace().close();
    assertThat(Files.size(path)).isEqualTo(written.totalBytes());
    MapOutput output =
        new MapOutput(attempts, path, written.lengths(), written.records(), written.checksums());
    maps.add(output);
    return output;
  }

  private List<Object> read(ShuffleId shuffle, int partition, ReadMode how, Serializable closure)
      throws Exception {
    return read(shuffle, partition, how, closure, PLENTY);
  }

  private List<Object> read(
      ShuffleId shuffle, int partition, ReadMode how, Serializable closure, long memory)
      throws Exception {
    MapOutputTracker tracker = new MapOutputTracker(directory.resolve("t" + ++attempts), r -> {});
    Map<String, Path> tables = new HashMap<>();
    for (Map.Entry<ShuffleId, List<MapOutput>> each : outputs.entrySet()) {
      List<MapOutput> maps = each.getValue();
      tracker.registerShuffle(each.getKey(), maps.size(), maps.get(0).lengths().length);
      for (int map = 0; map < maps.size(); map++) {
        tracker.registerOutput(each.getKey(), map, maps.get(map));
      }
      tables.put(each.getKey().name(), tracker.table(each.getKey()));
    }
    JavaTask task = task(memory, closure, tables);
    List<Object> found =
        all(ShuffleReader.open(task, new Source.ShuffleRead(shuffle, partition, how)));
    List<Object> copies = new ArrayList<>();
    for (Object record : found) { // groups are read while the workspace is open
      copies.add(
          record instanceof Pair<?, ?> pair && pair.value() instanceof Collection<?> values
              ? Pair.of(pair.key(), new ArrayList<>(values))
              : record);
    }
    task.workspace().close();
    return copies;
  }

  private static List<Pair<Object, Object>> words(int seed, int count) {
    Random random = new Random(seed);
    List<Pair<Object, Object>> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = random.nextInt(9000);
      Object key = number % 5 == 0 ? null : number % 5 == 1 ? (Object) number : "word" + number;
      pairs.add(Pair.of(key, (long) random.nextInt(100)));
    }
    return pairs;
  }

  @ParameterizedTest
  @ValueSource(longs = {PLENTY, LITTLE})
  void pairsGoToTheirPartitionsAndKeepTheirOrder(long memory) throws Exception {
    List<Pair<Object, Object>> expected = new ArrayList<>();
    for (int map = 0; map < 3; map++) {
      List<Pair<Object, Object>> words = words(map, 20_000);
      expected.addAll(words);
      write(SHUFFLE, new Partitioner.Hash(), false, 4, memory, SUM, words.iterator());
    }
    for (int part = 0; part < 4; part++) {
      int number = part;
      List<Object> found = read(SHUFFLE, part, new ReadMode.Plain(), SUM);
      assertThat(found)
          .isEqualTo(
              expected.stream()
                  .filter(pair -> Math.floorMod(hash(pair.key()), 4) == number)
                  .toList());
    }
  }

  private static int hash(@Nullable Object key) {
    return key == null ? 0 : key.hashCode();
  }

  @ParameterizedTest
  @CsvSource({"67108864,3", "204800,3", "67108864,70"})
  void sumsAreThoseOfAPlainMap(long memory, int maps) throws Exception {
    Map<Object, Long> expected = new HashMap<>();
    for (int map = 0; map < maps; map++) {
      List<Pair<Object, Object>> words = words(map, memory == PLENTY ? 1000 : 20_000);
      words.forEach(pair -> expected.merge(pair.key(), (Long) pair.value(), Long::sum));
      write(SHUFFLE, new Partitioner.Hash(), true, 3, memory, SUM, words.iterator());
    }
    Map<Object, Object> found = new HashMap<>();
    for (int part = 0; part < 3; part++) {
      for (Object record : read(SHUFFLE, part, new ReadMode.Combined(CLOSURE), SUM, memory)) {
        Pair<?, ?> pair = (Pair<?, ?>) record;
        assertThat(found.put(pair.key(), pair.value())).isNull();
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aTaskThatRunsAgainWithOtherMemoryWritesTheSame() throws Exception {
    List<Pair<Object, Object>> words = words(1, 30_000);
    MapOutput one = write(SHUFFLE, new Partitioner.Hash(), true, 5, PLENTY, SUM, words.iterator());
    MapOutput two = write(SHUFFLE, new Partitioner.Hash(), true, 5, LITTLE, SUM, words.iterator());
    assertThat(two.checksums()).isEqualTo(one.checksums());
    List<Pair<Object, Object>> other = words(2, 30_000);
    MapOutput three =
        write(SHUFFLE, new Partitioner.Hash(), true, 5, PLENTY, SUM, other.iterator());
    assertThat(three.checksums()).isNotEqualTo(one.checksums());
  }

  @ParameterizedTest
  @ValueSource(longs = {PLENTY, LITTLE})
  void groupsHoldTheValuesInTheOrderOfTheMaps(long memory) throws Exception {
    Map<Object, List<Object>> expected = new HashMap<>();
    for (int map = 0; map < 3; map++) {
      List<Pair<Object, Object>> words = words(map, 20_000);
      words.forEach(
          pair -> expected.computeIfAbsent(pair.key(), k -> new ArrayList<>()).add(pair.value()));
      write(SHUFFLE, new Partitioner.Hash(), false, 2, memory, SUM, words.iterator());
    }
    Map<Object, Object> found = new HashMap<>();
    for (int part = 0; part < 2; part++) {
      for (Object record : read(SHUFFLE, part, new ReadMode.Grouped(), SUM, memory)) {
        Pair<?, ?> pair = (Pair<?, ?>) record;
        assertThat(found.put(pair.key(), pair.value())).isNull();
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aPartitionerOfTheUsersDecides() throws Exception {
    Partitioning even = new Partitioning(key -> (Integer) key % 2, "partitionBy at App.java:5");
    List<Pair<Integer, String>> pairs = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      pairs.add(Pair.of(i, "v"));
    }
    write(SHUFFLE, new Partitioner.Custom(CLOSURE), false, 2, PLENTY, even, pairs.iterator());
    assertThat(read(SHUFFLE, 1, new ReadMode.Plain(), SUM))
        .hasSize(500)
        .allSatisfy(pair -> assertThat((Integer) ((Pair<?, ?>) pair).key() % 2).isEqualTo(1));
  }

  @ParameterizedTest
  @CsvSource({
    "67108864,true,4",
    "204800,true,4",
    "67108864,false,4",
    "204800,false,3",
    "67108864,true,1",
    "67108864,false,50"
  })
  void sortedRangesAreTheWholeInOrder(long memory, boolean ascending, int partitions)
      throws Exception {
    List<Pair<Integer, String>> expected = new ArrayList<>();
    Random random = new Random(partitions);
    for (int map = 0; map < 3; map++) {
      List<Pair<Integer, String>> records = new ArrayList<>();
      for (int i = 0; i < 15_000 * (map % 2 + 1); i++) {
        records.add(Pair.of(random.nextInt(random.nextBoolean() ? 40 : 4000), map + " " + i));
      }
      expected.addAll(records);
      write(
          SHUFFLE,
          new Partitioner.Sort(CLOSURE, ascending),
          false,
          2,
          memory,
          BY_KEY,
          records.iterator());
    }
    Comparator<Pair<Integer, String>> order = Comparator.comparing(Pair::key);
    expected.sort(ascending ? order : order.reversed());
    ShuffleId bounds = null;
    if (partitions > 1) {
      bounds = BOUNDS;
      List<Object> samples = read(SHUFFLE, 0, new ReadMode.Samples(), BY_KEY);
      write(BOUNDS, new Partitioner.Hash(), false, 1, PLENTY, SUM, samples.iterator());
    }
    List<Object> found = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (int part = 0; part < partitions; part++) {
      List<Object> range =
          read(SHUFFLE, part, new ReadMode.Sorted(bounds, partitions, CLOSURE, ascending), BY_KEY);
      found.addAll(range);
      sizes.add(range.size());
    }
    assertThat(found).isEqualTo(expected);
    if (partitions <= 4) {
      assertThat(sizes).allSatisfy(size -> assertThat(size).isGreaterThan(1000));
    }
  }

  @Test
  void equalKeysAreInOnePartition() throws Exception {
    for (int map = 0; map < 2; map++) {
      List<Pair<String, Integer>> same = new ArrayList<>();
      for (int i = 0; i < 5000; i++) {
        same.add(Pair.of("same", i));
      }
      write(
          SHUFFLE, new Partitioner.Sort(CLOSURE, true), false, 2, PLENTY, BY_KEY, same.iterator());
    }
    List<Object> samples = read(SHUFFLE, 0, new ReadMode.Samples(), BY_KEY);
    write(BOUNDS, new Partitioner.Hash(), false, 1, PLENTY, SUM, samples.iterator());
    ReadMode how = new ReadMode.Sorted(BOUNDS, 3, CLOSURE, true);
    Map<Integer, Integer> sizes = new TreeMap<>();
    for (int part = 0; part < 3; part++) {
      sizes.put(part, read(SHUFFLE, part, how, BY_KEY).size());
    }
    assertThat(sizes).containsExactlyInAnyOrderEntriesOf(Map.of(0, 10_000, 1, 0, 2, 0));
  }

  @Test
  void aRecordThatIsNoPairIsShown() {
    assertThatThrownBy(
            () ->
                write(
                    SHUFFLE,
                    new Partitioner.Hash(),
                    true,
                    2,
                    PLENTY,
                    SUM,
                    List.of("alone").iterator()))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("reduceByKey at App.java:1")
        .hasMessageContaining("java.lang.String: alone");
    assertThat(directory.toFile().list()).containsExactly("closure.1");
  }

  @Test
  void aDamagedSectionIsNamed() throws Exception {
    Partitioner hash = new Partitioner.Hash();
    write(SHUFFLE, hash, true, 2, PLENTY, SUM, words(1, 5000).iterator());
    MapOutput other = write(SHUFFLE, hash, true, 2, PLENTY, SUM, words(2, 5000).iterator());
    byte[] written = Files.readAllBytes(other.path());
    Random random = new Random(3);
    for (int times = 0; times < 60; times++) {
      byte[] damaged = written.clone();
      int at = random.nextInt(damaged.length);
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(other.path(), damaged);
      int part = at < other.lengths()[0] ? 0 : 1;
      for (ReadMode how : List.of(new ReadMode.Combined(CLOSURE), new ReadMode.Plain())) {
        assertThatThrownBy(() -> read(SHUFFLE, part, how, SUM))
            .as("byte %d", at)
            .isInstanceOfSatisfying(
                DamagedException.class,
                damage -> assertThat(damage.block()).isEqualTo("shuffle_0_3_1"));
      }
    }
    Files.write(other.path(), Arrays.copyOf(written, written.length - 40));
    assertThatThrownBy(() -> read(SHUFFLE, 1, new ReadMode.Grouped(), SUM))
        .isInstanceOf(DamagedException.class);
    Files.delete(other.path());
    assertThatThrownBy(() -> read(SHUFFLE, 0, new ReadMode.Grouped(), SUM))
        .isInstanceOfSatisfying(
            DamagedException.class,
            damage -> assertThat(damage.block()).isEqualTo("shuffle_0_3_1"));
  }
}
