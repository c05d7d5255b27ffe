package dev.firesteel.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firesteel.types.Pair;
import dev.firesteel.types.function.FilterFunction;
import dev.firesteel.types.function.FlatMapFunction;
import dev.firesteel.types.function.MapFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The steps of closures: what comes out, how lazily, and what an exception is told with. */
class StepsTest {
  private final JavaTask task = Tasks.task();

  private static Step step(String operation, PartitionFunction function) {
    return new Step(operation, operation + " at App.java:1", function);
  }

  private static PartitionFunction map(MapFunction<Integer, Integer> function) {
    return Functions.map(function);
  }

  private static PartitionFunction filter(FilterFunction<Integer> function) {
    return Functions.filter(function);
  }

  private static PartitionFunction flatMap(FlatMapFunction<Integer, Integer> function) {
    return Functions.flatMap(function);
  }

  private List<Object> run(List<Step> steps, Iterator<?> records) {
    List<Object> made = new ArrayList<>();
    Steps.run(steps, task, 5, records).forEachRemaining(made::add);
    return made;
  }

  private static Iterator<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().iterator();
  }

  @Test
  void anyMixtureOfStepsGivesWhatStreamsGive() {
    Random random = new Random(20_261_122);
    for (int round = 0; round < 300; round++) {
      List<Step> steps = new ArrayList<>();
      Stream<Integer> model = IntStream.range(0, 40).boxed();
      for (int i = random.nextInt(8); i > 0; i--) {
        int by = 1 + random.nextInt(3);
        switch (random.nextInt(5)) {
          case 0 -> {
            steps.add(step("map", map(x -> x * 3 + by)));
            model = model.map(x -> x * 3 + by);
          }
          case 1 -> {
            steps.add(step("filter", filter(x -> x % (by + 1) != 0)));
            model = model.filter(x -> x % (by + 1) != 0);
          }
          case 2 -> {
            steps.add(step("flatMap", flatMap(x -> Collections.nCopies(x % by, x).iterator())));
            model = model.flatMap(x -> Collections.nCopies(x % by, x).stream());
          }
          case 3 -> {
            steps.add(step("take", Functions.take(10L * by)));
            model = model.limit(10L * by);
          }
          default -> {
            steps.add(
                step("mapPartitions", (task, partition, records) -> once(partition, records)));
            model = Stream.concat(Stream.of(5), model);
          }
        }
      }
      assertThat(run(steps, numbers(40))).isEqualTo(model.map(x -> (Object) x).toList());
    }
  }

  private static Iterator<?> once(int first, Iterator<?> records) {
    List<Object> all = new ArrayList<>();
    all.add(first);
    records.forEachRemaining(all::add);
    return all.iterator();
  }

  @Test
  void pairsHaveStepsOfTheirOwn() {
    MapFunction<String, Integer> length = String::length;
    FlatMapFunction<String, Object> letters = s -> s.chars().mapToObj(c -> (Object) c).iterator();
    List<Pair<Integer, String>> pairs = List.of(Pair.of(1, "a"), Pair.of(2, "bc"));
    assertThat(run(List.of(step("mapValues", Functions.mapValues(length))), pairs.iterator()))
        .isEqualTo(List.of(Pair.of(1, 1), Pair.of(2, 2)));
    assertThat(
            run(List.of(step("flatMapValues", Functions.flatMapValues(letters))), pairs.iterator()))
        .isEqualTo(List.of(Pair.of(1, (int) 'a'), Pair.of(2, (int) 'b'), Pair.of(2, (int) 'c')));
    assertThat(run(List.of(step("keys", Functions.keys())), pairs.iterator()))
        .isEqualTo(List.of(1, 2));
    assertThat(run(List.of(step("values", Functions.values())), pairs.iterator()))
        .isEqualTo(List.of("a", "bc"));
    assertThat(run(List.of(step("keyBy", Functions.keyBy(length))), List.of("xyz").iterator()))
        .isEqualTo(List.of(Pair.of(3, "xyz")));
    assertThat(run(List.of(step("glom", Functions.glom())), numbers(3)))
        .isEqualTo(List.of(List.of(0, 1, 2)));
  }

  @Test
  void nullIsARecordLikeOthers() {
    List<Object> records = new ArrayList<>(Collections.nCopies(2, null));
    assertThat(run(List.of(step("map", Functions.map(x -> x))), records.iterator()))
        .isEqualTo(records);
  }

  @Test
  void noMoreIsAskedForThanIsNeeded() {
    List<Integer> asked = new ArrayList<>();
    List<Step> steps =
        List.of(
            step(
                "map",
                map(
                    x -> {
                      asked.add(x);
                      return x;
                    })),
            step("flatMap", flatMap(x -> List.of(x, x).iterator())),
            step("take", Functions.take(3)));
    assertThat(run(steps, numbers(1_000))).isEqualTo(List.of(0, 0, 1));
    assertThat(asked).containsExactly(0, 1);
  }

  @Test
  void thousandsOfStepsNeedNoDeepStack() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      steps.add(step("map", map(x -> x + 1)));
      steps.add(step("flatMap", flatMap(x -> List.of(x).iterator())));
    }
    assertThat(run(steps, numbers(2))).isEqualTo(List.of(50_000, 50_001));
  }

  @Test
  void anEndedIteratorStaysEnded() {
    Iterator<?> none = Steps.run(List.of(step("map", map(x -> x))), task, 0, numbers(0));
    assertThat(none.hasNext()).isFalse();
    assertThat(none.hasNext()).isFalse();
    assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void anExceptionNamesTheStepAndTheRecord() {
    IOException cause = new IOException("no");
    List<Step> steps =
        List.of(
            step("map", map(x -> x + 10)),
            step(
                "filter",
                filter(
                    x -> {
                      if (x == 12) {
                        throw cause;
                      }
                      return true;
                    })),
            step("map", map(x -> x)),
            step("mapPartitions", (task, partition, records) -> records));
    UserFunctionException thrown =
        catchThrowableOfType(UserFunctionException.class, () -> run(steps, numbers(9)));
    assertThat(thrown.operation()).isEqualTo("filter");
    assertThat(thrown.site()).isEqualTo("filter at App.java:1");
    assertThat(thrown.record()).isEqualTo("12");
    assertThat(thrown).hasCause(cause);
  }

  @Test
  void anIteratorThatFailsIsOfTheStepThatGaveIt() {
    PartitionFunction failing = flatMap(x -> Stream.of(x, 0).map(y -> 1 / y).iterator());
    UserFunctionException thrown =
        catchThrowableOfType(
            UserFunctionException.class,
            () -> run(List.of(step("flatMap", failing), step("map", map(x -> x))), numbers(9)));
    assertThat(thrown.operation()).isEqualTo("flatMap");
    assertThat(thrown.record()).isEqualTo("0");
    assertThat(thrown.getCause()).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void whatAFunctionWrapsStaysTheStepsBelowIt() {
    Step below = step("map", map(x -> 1 / x));
    Step above =
        step(
            "mapPartitions",
            (task, partition, records) -> {
              try {
                return List.of(records.next()).iterator();
              } catch (RuntimeException e) {
                throw new IOException("wrapped", e);
              }
            });
    UserFunctionException thrown =
        catchThrowableOfType(
            UserFunctionException.class, () -> run(List.of(below, above), numbers(1)));
    assertThat(thrown.operation()).isEqualTo("map");
  }

  @Test
  void aFunctionThatGivesNoIteratorIsTold() {
    assertThatThrownBy(() -> run(List.of(step("flatMap", flatMap(x -> null))), numbers(1)))
        .isInstanceOf(UserFunctionException.class)
        .hasRootCauseMessage("the function returned no iterator, but null");
    assertThatThrownBy(() -> run(List.of(step("mapPartitions", (t, p, r) -> null)), numbers(1)))
        .isInstanceOf(UserFunctionException.class)
        .hasRootCauseMessage("the function returned no iterator, but null");
  }

  @Test
  void aRecordThatCannotBeShownIsShownByItsType() {
    Object broken =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException();
          }
        };
    UserFunctionException thrown =
        catchThrowableOfType(
            UserFunctionException.class,
            () -> run(List.of(step("map", map(x -> x))), List.of(broken).iterator()));
    assertThat(thrown.record()).contains("whose toString threw java.lang.IllegalStateException");
    assertThat(Failures.shorten("x".repeat(1_000))).hasSize(303);
    List<Integer> many = IntStream.range(0, 1_000).boxed().toList();
    assertThat(Failures.shorten(Pair.of("k", many)))
        .isEqualTo("(k, a list of 1000: [0, 1, 2, 3, 4, 5, 6, 7])");
    assertThat(Failures.shorten(new TreeSet<>(many))).isEqualTo("a TreeSet of 1000");
  }

  @Test
  void aKilledTaskGoesNoFurther() {
    Iterator<?> made = Steps.run(List.of(step("filter", filter(x -> x < 0))), task, 0, endless());
    task.kill("enough");
    assertThatThrownBy(made::hasNext).isInstanceOf(TaskKilledException.class).hasMessage("enough");
  }

  private static Iterator<Integer> endless() {
    return Stream.iterate(0, x -> x).iterator();
  }

  @Test
  void killInterruptsTheThreadThatRunsTheTaskAndNoOther() throws Exception {
    task.begin();
    assertThat(JavaTask.current()).isSameAs(task);
    Thread killer = new Thread(() -> task.kill("stop"));
    CountDownLatch never = new CountDownLatch(1);
    killer.start();
    assertThatThrownBy(never::await).isInstanceOf(InterruptedException.class);
    killer.join();
    Thread.currentThread().interrupt(); // as if it had come later
    task.end();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(JavaTask.current()).isNull();
    task.kill("again");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(task.killed()).isEqualTo("stop");
  }
}
