package dev.firesteel.apps;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.apps.ContractCases.Case;
import dev.firesteel.apps.ContractCases.Line;
import dev.firesteel.util.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the drivers: the same cases as in the Python driver's test_contract.py. */
class ContractTest {
  private static final Path CASES = Path.of(System.getProperty("firesteel.contract"));

  @TempDir Path directory;

  private FiresteelContext shared;

  @BeforeEach
  void start() {
    shared = Contexts.start(directory);
    Log.level(Log.Level.OFF);
  }

  @AfterEach
  void stop() {
    shared.close();
    Log.level(Log.Level.WARN);
  }

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    List<Case> cases = ContractCases.in(CASES);
    assertThat(cases).extracting(each -> each.name).doesNotHaveDuplicates();
    assertThat(cases).hasSizeGreaterThanOrEqualTo(40);
    return cases.stream().map(each -> DynamicTest.dynamicTest(each.name, () -> run(each)));
  }

  private void run(Case each) throws Exception {
    Path own = Files.createTempDirectory(directory, "case-");
    Path scratch = Files.createDirectory(own.resolve("scratch"));
    if (!each.needsItsOwn()) {
      say(each, new ContractWords(shared, scratch, List.of()));
      return;
    }
    Path local = Files.createDirectory(own.resolve("local"));
    try (FiresteelContext sc =
        Contexts.builder(local)
            .conf("firesteel.memory.size", "0")
            .conf("spark.pyspark.python", System.getProperty("firesteel.python"))
            .conf(each.conf)
            .start()) {
      say(each, new ContractWords(sc, scratch, List.of(local)));
    }
  }

  private static void say(Case each, ContractWords words) throws Exception {
    for (Line line : each.lines) {
      List<String> said = new ArrayList<>(line.words());
      if (said.get(0).equals("files")) {
        said.add(requireNonNull(line.value())); // it waits for them
      }
      if (line.error() != null) {
        refused(words, said, line);
        continue;
      }
      Object found = words.say(said);
      if (line.variable() != null) {
        words.keep(line.variable(), requireNonNull(found));
      } else if ("some".equals(line.value())) {
        assertThat((Integer) found).as(line.text()).isPositive();
      } else if (line.value() != null) {
        assertThat(String.valueOf(found)).as(line.text()).isEqualTo(line.value());
      }
    }
  }

  private static void refused(ContractWords words, List<String> said, Line line) {
    List<String> expected = requireNonNull(line.error());
    Throwable error = catchThrowable(() -> words.say(said));
    assertThat(error).as(line.text()).isNotNull();
    assertThat(ContractWords.kindOf(error))
        .as("%s: %s", line.text(), error)
        .isEqualTo(expected.get(0));
    for (String fragment : expected.subList(1, expected.size())) {
      assertThat(error.toString()).as(line.text()).contains(fragment);
    }
  }
}
