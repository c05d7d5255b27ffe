package dev.firesteel.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.Rdd;
import dev.firesteel.config.ConfigException;
import dev.firesteel.types.ContextStoppedException;
import dev.firesteel.types.InvalidInputException;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.types.Pair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program is told when a job fails, or is asked for what can't be. */
@Timeout(120)
class FailuresTest {
  @TempDir static Path directory;

  private static FiresteelContext sc;

  @BeforeAll
  static void start() {
    sc = Contexts.start(directory);
  }

  @AfterAll
  static void stop() {
    sc.close();
  }

  @Test
  void aFunctionThatThrowsIsNamedWithItsRecord() {
    Rdd<Integer> parsed =
        sc.parallelize(List.of("1", "2", "three"), 3).map(text -> Integer.parseInt(text));
    JobFailedException error =
        catchThrowableOfType(JobFailedException.class, () -> parsed.filter(n -> n > 0).collect());
    assertThat(error)
        .hasMessageContaining("map at FailuresTest.java:")
        .hasMessageContaining("java.lang.NumberFormatException: For input string: \"three\"")
        .hasMessageContaining("at the record three")
        .hasMessageContaining("partition 2")
        .hasMessageContaining("collect at FailuresTest.java:");
    assertThat(error.kind()).isEqualTo("user");
    assertThat(error.partition()).isEqualTo(2);
    assertThat(error.record()).contains("three");
    assertThat(error.site()).startsWith("map at FailuresTest.java:");
    assertThat(error.getCause()).isInstanceOf(NumberFormatException.class);
    assertThat(error.getCause().getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(FailuresTest.class.getName()));
    assertThat(error.getStackTrace()[0].getClassName()).isEqualTo(FailuresTest.class.getName());
  }

  @Test
  void checkedExceptionsComeAsTheyAre() {
    assertThatThrownBy(
            () ->
                sc.range(0, 3)
                    .foreach(
                        n -> {
                          throw new IOException("no disk");
                        }))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("foreach at FailuresTest.java:")
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void anErrorInAReducerIsTheUsers() {
    assertThatThrownBy(
            () ->
                sc.range(0, 10, 1, 2)
                    .mapToPair(n -> Pair.of(n % 2, n))
                    .reduceByKey(
                        (one, two) -> {
                          throw new IllegalStateException("can't add");
                        })
                    .collect())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("reduceByKey at FailuresTest.java:")
        .hasMessageContaining("can't add");
  }

  @Test
  void aRecordThatCantBeSentIsToldWithItsOperation() {
    assertThatThrownBy(() -> sc.range(0, 2).map(n -> new Thread("t")).collect())
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("java.lang.Thread");
  }

  @Test
  void keysThatCantBeComparedAreTold() {
    assertThatThrownBy(() -> sc.range(0, 4, 1, 2).map(n -> new Object[] {n}).top(1))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("not Comparable");
  }

  @Test
  void anInputThatIsNotThereIsNamed() {
    Rdd<String> lines = sc.textFile(directory.resolve("none.txt").toString());
    assertThatThrownBy(lines::count)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none.txt")
        .hasMessageContaining("textFile at FailuresTest.java:");
    assertThatThrownBy(() -> sc.objectFile(directory.toString()).count())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("saveAsObjectFile");
  }

  @Test
  void argumentsThatCantBeAreRefusedAtOnce() {
    assertThatThrownBy(() -> sc.parallelize(List.of(1), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be at least 1, not -1");
    assertThatThrownBy(() -> sc.range(0, 1, 0, 1)).hasMessageContaining("must not be 0");
    assertThatThrownBy(() -> sc.range(0, 1).coalesce(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sc.union(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FiresteelContext.builder().master("nowhere").start())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nowhere");
    try (FiresteelContext other = Contexts.start(directory)) {
      assertThatThrownBy(() -> sc.range(0, 1).union(other.range(0, 1)))
          .hasMessageContaining("different contexts");
    }
  }

  @Test
  void aStoppedContextSaysWhereItWasStopped() {
    FiresteelContext stopped = Contexts.start(directory);
    Rdd<Long> rdd = stopped.range(0, 3);
    stopped.close();
    stopped.close();
    assertThatThrownBy(rdd::count)
        .isInstanceOf(ContextStoppedException.class)
        .hasMessageContaining("stopped at FailuresTest.java:");
    assertThatThrownBy(() -> stopped.parallelize(List.of(1)))
        .isInstanceOf(ContextStoppedException.class);
  }
}
