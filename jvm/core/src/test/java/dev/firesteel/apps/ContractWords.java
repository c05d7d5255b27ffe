package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.firesteel.api.Accumulator;
import dev.firesteel.api.Broadcast;
import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.PairRdd;
import dev.firesteel.api.Rdd;
import dev.firesteel.api.StatusTracker;
import dev.firesteel.api.StorageLevel;
import dev.firesteel.types.ContextStoppedException;
import dev.firesteel.types.InvalidInputException;
import dev.firesteel.types.JobCancelledException;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.types.OutputExistsException;
import dev.firesteel.types.Pair;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The words of the contract's cases, as the Java driver says them; contract_words.py says them for
 * the Python driver. {@link #say} has them all: what stands behind a word in the line goes in, what
 * the line compares comes out.
 */
final class ContractWords {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final FiresteelContext sc;
  private final Path scratch;
  private final List<Path> roots;
  private final Map<String, Object> things = new HashMap<>();

  /**
   * The words of one case.
   *
   * @param scratch the case's own directory
   * @param roots where the application keeps its files
   */
  ContractWords(FiresteelContext sc, Path scratch, List<Path> roots) {
    this.sc = sc;
    this.scratch = scratch;
    this.roots = roots;
  }

  void keep(String name, Object thing) {
    things.put(name, thing);
  }

  /** Returns the contract's word for an error. */
  static String kindOf(Throwable error) {
    if (error instanceof ExecutionException && error.getCause() != null) {
      return kindOf(error.getCause());
    }
    if (error instanceof JobFailedException failed) {
      return failed.kind();
    }
    String message = String.valueOf(error.getMessage());
    if (error instanceof JobCancelledException) {
      return "cancelled";
    } else if (error instanceof ContextStoppedException) {
      return "stopped";
    } else if (error instanceof OutputExistsException) {
      return "output";
    } else if (error instanceof InvalidInputException) {
      return "input";
    } else if (error instanceof NoSuchElementException) {
      return "empty";
    } else if (message.contains("no RDD is published")) {
      return "name";
    }
    return message.contains("destroyed") ? "destroyed" : "other";
  }

  /** Does what a line says, and returns what it compares: null where there is nothing. */
  @Nullable Object say(List<String> words) throws Exception {
    List<String> given = words.subList(1, words.size());
    return switch (words.get(0)) {
      case "range" -> sc.range(number(given, 0), number(given, 1), 1, count(given, 2));
      case "numbers" -> numbers(number(given, 0), number(given, 1), count(given, 2));
      case "empty" -> sc.<Long>empty();
      case "text" -> sc.textFile(scratch.resolve(given.get(0)).toString());
      case "map" -> map(given);
      case "filter" -> above(longs(given), number(given, 2));
      case "flatMap" -> repeated(longs(given), count(given, 2));
      case "pairs" -> keyed(longs(given), number(given, 1));
      case "sums" -> pairs(given, 0).reduceByKey(Long::sum, count(given, 1));
      case "groups" -> pairs(given, 0).groupByKey(count(given, 1)).mapValues(ContractWords::size);
      case "join" -> pairs(given, 0).join(pairs(given, 1)).mapValues(b -> b.key() + b.value());
      case "union" -> longs(given).union(longs(given, 1));
      case "coalesce" -> longs(given).coalesce(count(given, 1));
      case "repartition" -> longs(given).repartition(count(given, 1));
      case "zip" -> longs(given).zip(longs(given, 1));
      case "cartesian" -> longs(given).cartesian(longs(given, 1));
      case "sort" -> longs(given).sortBy(value -> value, true, count(given, 1));
      case "distinct" -> longs(given).distinct(count(given, 1));
      case "deep" -> deep(longs(given), count(given, 1));
      case "deepUnion" -> deepUnion(longs(given), count(given, 1));
      case "count" -> rdd(given).count();
      case "collect" -> shown(rdd(given).collect());
      case "sorted" -> shown(sorted(rdd(given).collect()));
      case "total" -> longs(given).collect().stream().mapToLong(Long::longValue).sum();
      case "partitions" -> rdd(given).getNumPartitions();
      case "first" -> rdd(given).first();
      case "take" -> taken(rdd(given).take(count(given, 1)));
      case "reduce" -> longs(given).reduce(Long::sum);
      case "reduceValues" -> pairs(given, 0).values().reduce(Long::sum);
      case "foreach" -> done(() -> longs(given).foreach(value -> {}));
      case "eachFails" -> eachFails(longs(given), number(given, 1));
      case "iterate" -> iterated(longs(given).toLocalIterator(), number(given, 1));
      case "save" ->
          done(() -> rdd(given).saveAsTextFile(scratch.resolve(given.get(1)).toString()));
      case "start" -> started(given.get(0), given.subList(1, given.size()));
      case "end" -> future(given).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      case "waiting" -> done(() -> awaitWaiting(given.get(0)));
      case "ended" -> done(() -> awaitEnded(count(given, 0)));
      case "cancelGroup" -> done(() -> sc.cancelJobGroup(given.get(0)));
      case "cancelAll" -> done(sc::cancelAllJobs);
      case "interrupt" -> interrupted(given);
      case "together" -> together(count(given, 0), given.subList(1, given.size()));
      case "togetherLocal" -> togetherLocal(count(given, 0));
      case "checkpointedAll" -> locals().stream().allMatch(Rdd::isCheckpointed);
      case "persist" -> rdd(given).persist(StorageLevel.valueOf(given.get(1)));
      case "unpersist" -> rdd(given).unpersist();
      case "checkpoints" ->
          done(() -> sc.setCheckpointDir(scratch.resolve("checkpoints").toString()));
      case "checkpoint" -> done(rdd(given)::checkpoint);
      case "localCheckpoint" -> done(rdd(given)::localCheckpoint);
      case "checkpointed" -> rdd(given).isCheckpointed();
      case "blockCheckpoints" -> blockCheckpoints();
      case "unblockCheckpoints" -> done(() -> Files.delete(belowCheckpoints()));
      case "accumulator" -> sc.longAccumulator();
      case "hooked" -> sc.accumulator(0L, ContractFunctions::sum);
      case "onMerge" -> onMerge(given);
      case "value" -> accumulator(given.get(0)).value();
      case "broadcast" -> sc.broadcast(number(given, 0));
      case "destroy" -> done(broadcast(given.get(0))::destroy);
      case "publish" -> done(() -> sc.publish(given.get(0), rdd(given.subList(1, 2))));
      case "lookup" -> sc.<Long>lookup(given.get(0));
      case "unpublish" -> done(() -> sc.unpublish(given.get(0)));
      case "drop" -> done(() -> given.forEach(things::remove));
      case "stop" -> done(sc::close);
      case "calls" -> Files.size(scratch.resolve("calls"));
      case "lines" -> lines(scratch.resolve(given.get(0)));
      case "listing" -> listing(scratch.resolve(given.get(0)));
      case "files" -> awaitFiles(given.get(0), count(given, 1));
      case "filesIn" -> found(List.of(scratch.resolve(given.get(0))), given.get(1)).size();
      case "damage" -> damaged(found(roots, given.get(0)));
      case "damageIn" -> damaged(found(List.of(scratch.resolve(given.get(0))), given.get(1)));
      case "remove" -> removed(found(roots, given.get(0)));
      default -> throw new IllegalArgumentException("there is no word " + words.get(0));
    };
  }

  private Rdd<Long> map(List<String> given) {
    Rdd<Long> rdd = longs(given);
    return switch (given.get(1)) {
      case "double" -> rdd.map(value -> value * 2);
      case "call" -> rdd.map(ContractFunctions.call(scratch));
      case "count" -> rdd.map(ContractFunctions.count(accumulator(given.get(2))));
      case "plus" -> rdd.map(ContractFunctions.plus(broadcast(given.get(2))));
      case "fail" -> rdd.map(ContractFunctions.fail(number(given, 2)));
      case "wait" -> rdd.map(ContractFunctions.await(scratch, number(given, 2)));
      case "occupy" -> rdd.map(ContractFunctions.occupy(scratch, number(given, 2)));
      case "kill" -> ContractFunctions.killed(rdd, scratch, given.get(2), given.get(3));
      default -> throw new IllegalArgumentException("there is no function " + given.get(1));
    };
  }

  /** Something that is done for its effect. */
  private interface Effect {
    void happen() throws Exception;
  }

  private static @Nullable Object done(Effect effect) throws Exception {
    effect.happen();
    return null;
  }

  // What stands behind a word.

  private static long number(List<String> given, int at) {
    return Long.parseLong(given.get(at));
  }

  private static int count(List<String> given, int at) {
    return Integer.parseInt(given.get(at));
  }

  private Rdd<?> rdd(List<String> given) {
    return (Rdd<?>) things.get(given.get(0));
  }

  private Rdd<Long> longs(List<String> given) {
    return longs(given, 0);
  }

  @SuppressWarnings("unchecked")
  private Rdd<Long> longs(List<String> given, int at) {
    return (Rdd<Long>) things.get(given.get(at));
  }

  @SuppressWarnings("unchecked")
  private PairRdd<Long, Long> pairs(List<String> given, int at) {
    return (PairRdd<Long, Long>) things.get(given.get(at));
  }

  @SuppressWarnings("unchecked")
  private Accumulator<Long, Long> accumulator(String name) {
    return (Accumulator<Long, Long>) things.get(name);
  }

  @SuppressWarnings("unchecked")
  private Broadcast<Long> broadcast(String name) {
    return (Broadcast<Long>) things.get(name);
  }

  private CompletableFuture<?> future(List<String> given) {
    return (CompletableFuture<?>) things.get(given.get(0));
  }

  private List<Rdd<?>> locals() {
    List<Rdd<?>> found = new ArrayList<>();
    things.forEach(
        (name, thing) -> {
          if (name.startsWith("local ")) {
            found.add((Rdd<?>) thing);
          }
        });
    return found;
  }

  // Sources and transformations.

  private Rdd<Long> numbers(long start, long end, int partitions) {
    List<Long> numbers =
        start <= end
            ? LongStream.range(start, end).boxed().toList()
            : LongStream.range(0, start - end).mapToObj(n -> start - n).toList();
    return sc.parallelize(numbers, partitions);
  }

  private static Rdd<Long> above(Rdd<Long> rdd, long least) {
    return rdd.filter(value -> value > least);
  }

  private static Rdd<Long> repeated(Rdd<Long> rdd, int times) {
    return rdd.flatMap(value -> Collections.nCopies(times, value).iterator());
  }

  private static PairRdd<Long, Long> keyed(Rdd<Long> rdd, long keys) {
    return rdd.mapToPair(value -> Pair.of(value % keys, value));
  }

  private static long size(Iterable<Long> values) {
    long size = 0;
    for (Iterator<Long> each = values.iterator(); each.hasNext(); each.next()) {
      size++;
    }
    return size;
  }

  private static Rdd<Long> deep(Rdd<Long> rdd, int steps) {
    Rdd<Long> found = rdd;
    for (int i = 0; i < steps; i++) {
      found = found.map(value -> value + 1);
    }
    return found;
  }

  private static Rdd<Long> deepUnion(Rdd<Long> rdd, int times) {
    Rdd<Long> found = rdd;
    for (int i = 0; i < times; i++) {
      found = found.union(rdd);
    }
    return found;
  }

  // Actions.

  private static @Nullable Object eachFails(Rdd<Long> rdd, long wrong) {
    rdd.foreach(
        value -> {
          if (value == wrong) {
            throw new IllegalArgumentException("no " + value);
          }
        });
    return null;
  }

  private static String iterated(Iterator<Long> records, long number) {
    List<Long> found = new ArrayList<>();
    while (found.size() < number && records.hasNext()) {
      found.add(records.next());
    }
    return shown(found);
  }

  private static String taken(List<?> found) {
    return found.size() < 20 ? shown(found) : found.size() + " records";
  }

  private static String shown(List<?> records) {
    return records.stream().map(ContractWords::shown).toList().toString();
  }

  private static String shown(Object record) {
    return record instanceof Pair<?, ?> pair
        ? "(" + pair.key() + ", " + pair.value() + ")"
        : String.valueOf(record);
  }

  private static List<?> sorted(List<?> records) {
    return records.stream().sorted(Comparator.comparing(ContractWords::place)).toList();
  }

  private static String place(Object record) {
    return record instanceof Pair<?, ?> pair
        ? "%09d %09d".formatted(pair.key(), pair.value())
        : "%09d".formatted(record);
  }

  // Jobs of other threads, and their end.

  private CompletableFuture<Object> started(String group, List<String> words) {
    CompletableFuture<Object> future = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              sc.setJobGroup(group, "a job of the contract");
              try {
                future.complete(say(words));
              } catch (Throwable e) {
                future.completeExceptionally(e);
              }
            },
            "contract-" + group);
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  private void awaitWaiting(String number) {
    await().atMost(PATIENCE).until(() -> Files.exists(scratch.resolve("waits-" + number)));
  }

  private void awaitEnded(int number) {
    await().atMost(PATIENCE).until(() -> endedTasks() == number);
  }

  private int endedTasks() {
    StatusTracker tracker = sc.statusTracker();
    int ended = 0;
    for (long job : tracker.getActiveJobIds()) {
      for (int stage : tracker.getJobInfo(job).orElseThrow().stageIds()) {
        ended += tracker.getStageInfo(stage).map(StatusTracker.StageInfo::completedTasks).orElse(0);
      }
    }
    return ended;
  }

  private @Nullable Object interrupted(List<String> given) throws Exception {
    Thread waiting = Thread.currentThread();
    Thread other =
        new Thread(
            () -> {
              awaitWaiting(given.get(2));
              awaitEnded(1);
              waiting.interrupt();
            },
            "contract-interrupts");
    other.start();
    Object found;
    try {
      found = say(given.subList(0, 2));
    } catch (JobCancelledException e) {
      assertThat(Thread.interrupted()).as("the thread's mark").isTrue();
      return null;
    } finally {
      other.join();
    }
    throw new AssertionError("it was not interrupted: " + found);
  }

  private Object together(int threads, List<String> words) throws Exception {
    List<CompletableFuture<Object>> futures = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      futures.add(started("thread " + i, words));
    }
    return only(futures);
  }

  private Object togetherLocal(int threads) throws Exception {
    List<CompletableFuture<Object>> futures = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Rdd<Long> rdd = sc.range(0, 10, 1, 2).map(Math::abs);
      rdd.localCheckpoint();
      things.put("local " + i, rdd);
    }
    for (int i = 0; i < threads; i++) {
      futures.add(started("locals", List.of("count", "local " + i)));
    }
    return only(futures);
  }

  private static Object only(List<CompletableFuture<Object>> futures) throws Exception {
    List<Object> answers = new ArrayList<>();
    for (CompletableFuture<Object> future : futures) {
      answers.add(future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }
    assertThat(answers).containsOnly(answers.get(0));
    return answers.get(0);
  }

  // What is kept.

  private Path belowCheckpoints() throws IOException {
    try (Stream<Path> made = Files.list(scratch.resolve("checkpoints"))) {
      return made.findFirst().orElseThrow();
    }
  }

  private @Nullable Object blockCheckpoints() throws IOException {
    Path below = belowCheckpoints();
    Files.delete(below);
    Files.createFile(below); // a directory cannot be made in it
    return null;
  }

  private @Nullable Object onMerge(List<String> given) {
    ContractFunctions.MERGING.set(
        () -> {
          if (given.get(0).equals("fail")) {
            throw new ArithmeticException("not here");
          }
          unchecked(() -> say(given));
        });
    return null;
  }

  private static void unchecked(Callable<@Nullable Object> call) {
    try {
      call.call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // Files.

  private static List<Path> found(List<Path> roots, String beginning) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        files
            .filter(path -> path.getFileName().toString().startsWith(beginning))
            .filter(Files::isRegularFile)
            .forEach(found::add);
      }
    }
    return found;
  }

  private int awaitFiles(String beginning, int number) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions() // a file may go while they are listed
        .until(
            () -> {
              System.gc();
              return found(roots, beginning).size() == number;
            });
    return number;
  }

  private static int damaged(List<Path> files) throws IOException {
    for (Path path : files) {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        file.seek(file.length() / 2);
        int value = file.read();
        file.seek(file.length() / 2);
        file.write(value ^ 1);
      }
    }
    return files.size();
  }

  private static int removed(List<Path> files) throws IOException {
    for (Path path : files) {
      Files.delete(path);
    }
    return files.size();
  }

  private static String lines(Path directory) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String name : names(directory)) {
      if (name.startsWith("part-")) {
        lines.addAll(Files.readAllLines(directory.resolve(name)));
      }
    }
    return String.join(" ", lines);
  }

  private static String listing(Path directory) throws IOException {
    return String.join(" ", names(directory));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
