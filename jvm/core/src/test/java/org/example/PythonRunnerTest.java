package org.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import dev.firesteel.api.FiresteelContext;
import dev.firesteel.api.LongAccumulator;
import dev.firesteel.api.PairRdd;
import dev.firesteel.api.PythonRunner;
import dev.firesteel.api.Rdd;
import dev.firesteel.api.StorageLevel;
import dev.firesteel.types.JobCancelledException;
import dev.firesteel.types.Pair;
import dev.firesteel.types.ScriptFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Python scripts on the context of a Java program, and the names that both share. */
class PythonRunnerTest {
  private static FiresteelContext sc;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    sc =
        FiresteelContext.builder()
            .master("local[2]")
            .appName("scripts")
            .conf("spark.pyspark.python", System.getProperty("firesteel.python"))
            .start();
  }

  @AfterAll
  static void stop() {
    sc.close();
  }

  /** Writes a script whose context is {@code sc}, and runs it. */
  private void run(String body, String... arguments) throws IOException {
    Path script = directory.resolve("app.py");
    Files.writeString(
        script,
        "import sys\nfrom pyspark import SparkContext\nsc = SparkContext.getOrCreate()\n" + body);
    PythonRunner.run(sc, script.toString(), arguments);
  }

  @Test
  void aScriptSeesWhatTheProgramHasAndGivesItsOwn() throws IOException {
    sc.publish("lines", sc.parallelize(List.of("a b", "c"), 2));
    run(
        """
        words = sc.lookup("lines").flatMap(str.split).map(lambda word: (word, len(word)))
        assert words.getNumPartitions() == 2, words.getNumPartitions()
        sc.publish("words", words)
        """);
    PairRdd<String, Long> words = sc.lookupPairs("words");
    assertThat(words.collectAsMap()).isEqualTo(Map.of("a", 1L, "b", 1L, "c", 1L));
    Rdd<Pair<String, Long>> plain = sc.lookup("words");
    assertThat(plain.map(Pair::key).collect()).containsExactly("a", "b", "c");
    sc.unpublish("lines");
    sc.unpublish("words");
  }

  @Test
  void theScriptsContextIsTheProgramsWithItsArgumentsAndSettings() throws IOException {
    run(
        """
        assert sc.applicationId == sys.argv[1], sc.applicationId
        assert sys.argv[2:] == ["--best", "10"], sys.argv
        assert (sc.master, sc.appName) == ("local[2]", "scripts"), (sc.master, sc.appName)
        assert sc.parallelize(range(10)).map(lambda x: x * x).sum() == 285
        assert sys.stdin.read() == ""
        sc.stop()
        with SparkContext() as again:
            assert again.range(5).count() == 5
        """,
        sc.applicationId(),
        "--best",
        "10");
    assertThat(sc.range(0, 5).count()).isEqualTo(5);
  }

  @Test
  void settingsOfAScriptThatTheProgramOverrulesAreToldOnce() throws IOException {
    Path script = directory.resolve("app.py");
    Files.writeString(
        script,
        """
        import warnings
        from pyspark import SparkConf, SparkContext
        conf = SparkConf().set("spark.default.parallelism", "3").set("spark.local.dir", "/secret")
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            with SparkContext("local[*]", "mine", conf=conf) as sc:
                assert sc.parallelize(range(9)).getNumPartitions() == 3
                assert (sc.master, sc.appName) == ("local[2]", "scripts")
        said = "the script says of spark.app.name (it is 'scripts'), spark.local.dir, "
        said += "spark.master (it is 'local[2]') has no effect"
        assert [said in str(each.message) for each in seen] == [True], [str(each.message) for each in seen]
        assert (seen[0].filename, seen[0].lineno) == (__file__, 6), seen[0]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            SparkContext("local[2]", "scripts").stop()
            SparkContext().stop()
        """);
    PythonRunner.run(sc, script.toString());
  }

  @Test
  void functionsOfModulesBesideTheScriptRunInJobsOfTheProgram() throws IOException {
    Files.writeString(directory.resolve("beside_app.py"), "def score(x):\n    return x + 0.5\n");
    run(
        """
        import beside_app
        sc.publish("scores", sc.range(3).map(beside_app.score))
        """);
    Rdd<Double> scores = sc.lookup("scores");
    assertThat(scores.collect()).containsExactly(0.5, 1.5, 2.5);
    sc.unpublish("scores");
  }

  /** Runs a script of a directory of its own, with a module that others have too. */
  private void runBeside(String place, String module, String body) throws IOException {
    Path own = Files.createDirectories(directory.resolve(place));
    Files.writeString(own.resolve("same_name.py"), module);
    Path script = own.resolve("app.py");
    Files.writeString(
        script,
        "from pyspark import SparkContext\nimport same_name\nsc = SparkContext.getOrCreate()\n"
            + body);
    PythonRunner.run(sc, script.toString());
  }

  @Test
  void modulesOfTheSameNameInTwoScriptsAreNotMistakenForEachOther() throws IOException {
    for (String each : List.of("one", "two")) {
      runBeside(
          each,
          "def of(x):\n    return '" + each + "' + str(x)\n",
          """
          found = sc.range(2).map(same_name.of)
          assert found.collect() == [same_name.of(0), same_name.of(1)], found.collect()
          sc.publish("%s", found)
          """
              .formatted(each));
    }
    Rdd<String> one = sc.lookup("one");
    Rdd<String> two = sc.lookup("two");
    assertThat(one.collect()).containsExactly("one0", "one1");
    assertThat(two.collect()).containsExactly("two0", "two1");
    assertThat(one.union(two).map(text -> text + "!").collect())
        .containsExactly("one0!", "one1!", "two0!", "two1!");
    assertThatThrownBy(() -> one.zip(two).collect())
        .hasMessageContaining("the module same_name is in " + directory.resolve("one"))
        .hasMessageContaining(" and in " + directory.resolve("two"));
    runBeside(
        "three",
        "def of(x):\n    return 'three' + x\n",
        "assert sc.lookup('one').collect() == ['one0', 'one1']\n");
    sc.unpublish("one");
    sc.unpublish("two");
  }

  @Test
  void aModuleThatIsEditedBetweenTwoRunsIsReadAgain() throws IOException {
    for (String version : List.of("first", "another")) {
      runBeside(
          "edited",
          "def of(x):\n    return '" + version + "' + str(x)\n",
          "assert sc.range(1).map(same_name.of).first() == '%s0'\nsc.publish('edited', sc.range(1).map(same_name.of))\n"
              .formatted(version));
      assertThat(sc.lookup("edited").collect()).containsExactly(version + "0");
    }
    sc.unpublish("edited");
  }

  @Test
  void checkpointsOfBothAndOfWhatWasLookedUp() throws IOException {
    sc.publish("numbers", sc.range(0, 4).map(x -> x + 1));
    Rdd<Long> own = sc.range(0, 4);
    own.localCheckpoint();
    assertThat(own.count()).isEqualTo(4);
    run("sc.publish('made', sc.parallelize(range(4), 2).map(lambda x: x + 1))\n");
    run(
        """
        for name in ("made", "numbers", "made"):
            found = sc.lookup(name)
            found.localCheckpoint()
            assert found.sum() == 10
            assert found.isLocallyCheckpointed()
            assert found.sum() == 10
            sc.publish(name + "_again", found)
        del found
        import gc
        gc.collect()
        """);
    Rdd<Long> made = sc.lookup("made");
    made.localCheckpoint();
    assertThat(made.collect()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(made.isCheckpointed()).isTrue();
    assertThat(made.collect()).containsExactly(1L, 2L, 3L, 4L);
    for (String each : List.of("made", "numbers", "made_again", "numbers_again")) {
      assertThat(sc.<Long>lookup(each).map(x -> x * 2).collect()).containsExactly(2L, 4L, 6L, 8L);
      sc.unpublish(each);
    }
  }

  @Test
  void aCheckpointThatAScriptHasWrittenOutlivesIt() throws IOException {
    run("sc.publish('cut', sc.parallelize(range(4), 2).map(lambda x: x + 1))\n");
    run("cut = sc.lookup('cut')\ncut.localCheckpoint()\nassert cut.sum() == cut.sum() == 10\n");
    run("pass\n");
    assertThat(sc.lookup("cut").collect()).containsExactly(1L, 2L, 3L, 4L);
    sc.unpublish("cut");
  }

  /** The files of the script that the application has, or its directory. */
  private static List<String> files(int driver) throws IOException {
    List<String> found = new ArrayList<>();
    for (String root : List.of(System.getProperty("java.io.tmpdir"), "/dev/shm")) {
      Path own = Path.of(root, "firesteel-" + sc.applicationId());
      if (Files.isDirectory(own)) {
        try (Stream<Path> files = Files.walk(own)) {
          files
              .map(file -> own.relativize(file).toString())
              .filter(
                  file ->
                      file.matches(
                          ".*(driver|broadcast|input|closure)_" + driver + "\\b.*|.*result_.*"))
              .forEach(found::add);
        }
      }
    }
    return found;
  }

  @Test
  void nothingStaysOfAScriptHoweverItEnds() throws IOException {
    Path number = directory.resolve("number");
    String body =
        """
        open(sys.argv[1], "w").write(str(sc._driver.driver))
        large, unused, held = sc.broadcast(bytes(3 << 20)), sc.broadcast(2), sc.parallelize([1, 2])
        assert sc.range(2).map(lambda x: len(large.value)).sum() == 6 << 20
        kept = sc.parallelize([1, 2]).cache()
        kept.localCheckpoint()
        assert kept.count() == 2
        sc.addFile(sys.argv[1])
        sc._driver.jobs.run(sc.parallelize([bytes(3 << 20)])._node, None, {}, "unread")
        %s
        """;
    for (String end : List.of("", "sc.stop()", "import os; os._exit(0)")) {
      run(body.formatted(end), number.toString());
      int driver = Integer.parseInt(Files.readString(number));
      await().untilAsserted(() -> assertThat(files(driver)).isEmpty());
    }
    for (String end : List.of("import os; os.kill(os.getpid(), 9)", "raise ValueError('ü')")) {
      String whole = body.formatted("sc.publish('gone', kept)\n" + end);
      assertThatThrownBy(() -> run(whole, number.toString()))
          .isInstanceOf(ScriptFailedException.class);
      int driver = Integer.parseInt(Files.readString(number));
      await().untilAsserted(() -> assertThat(files(driver)).isEmpty());
    }
    run(
        body.formatted("sc.publish('stays', kept.map(lambda x: x + unused.value))"),
        number.toString());
    int last = Integer.parseInt(Files.readString(number));
    assertThat(sc.<Long>lookup("stays").collect()).containsExactly(3L, 4L);
    sc.unpublish("stays");
    await()
        .untilAsserted(
            () -> {
              System.gc(); // what was looked up is held until its object has gone
              sc.range(0, 1).count();
              run("pass\n"); // the next script takes the directory along
              assertThat(files(last)).isEmpty();
            });
  }

  @Test
  void whatIsCachedIsCountedAndReadWithoutBeingComputedAgain() throws IOException {
    LongAccumulator computed = sc.longAccumulator("computed");
    Rdd<Long> kept =
        sc.range(0, 100)
            .map(
                x -> {
                  computed.add(1);
                  return x;
                })
            .persist(StorageLevel.MEMORY_ONLY);
    assertThat(kept.count()).isEqualTo(100);
    sc.publish("kept", kept);
    run(
        """
        kept = sc.lookup("kept")
        assert kept.count() == 100
        assert kept.sum() == 4950
        """);
    assertThat(sc.<Long>lookup("kept").count()).isEqualTo(100);
    assertThat(sc.<Long>lookup("kept").getStorageLevel()).isEqualTo(StorageLevel.MEMORY_ONLY);
    assertThat(computed.value()).isEqualTo(100);
    sc.unpublish("kept");
  }

  @Test
  void aNameOutlivesTheContextThatGaveItAndWhatIsLookedUpTheName() throws IOException {
    run(
        """
        one = sc.broadcast(1)
        sc.publish("mine", sc.parallelize([3, 1, 2], 2).map(lambda x: x + one.value).cache())
        del one
        sc.stop()
        """);
    Rdd<Long> mine = sc.lookup("mine");
    sc.publish("mine", sc.parallelize(List.of("another")));
    assertThat(mine.collect()).containsExactly(4L, 2L, 3L);
    assertThat(mine.sortBy(x -> x).collect()).containsExactly(2L, 3L, 4L);
    assertThat(sc.<String>lookup("mine").collect()).containsExactly("another");
    sc.unpublish("mine");
    assertThat(mine.count()).isEqualTo(3);
  }

  @Test
  void anUnknownNameIsAnErrorThatListsThoseThereAre() throws IOException {
    sc.publish("known", sc.range(0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sc.lookup("other"))
        .withMessageContaining("no RDD is published as \"other\". Published: \"known\".")
        .withMessageContaining("PythonRunnerTest.java");
    assertThatIllegalArgumentException().isThrownBy(() -> sc.unpublish("other"));
    run(
        """
        try:
            sc.lookup("other")
        except ValueError as error:
            assert 'Published: "known".' in str(error), error
        else:
            raise AssertionError("found")
        """);
    sc.unpublish("known");
  }

  @Test
  void aScriptThatFailsIsAnErrorWithItsTracebackAndItsNamesGo() {
    assertThatThrownBy(
            () ->
                run(
                    """
                    sc.publish("half", sc.range(3))
                    def broken(): return {}["missing"]
                    broken()
                    """))
        .asInstanceOf(type(ScriptFailedException.class))
        .satisfies(e -> assertThat(e.status()).isEqualTo(1))
        .satisfies(e -> assertThat(e.standardError()).contains("app.py\", line 6", "KeyError"))
        .satisfies(e -> assertThat(e).hasMessageContaining("ended with status 1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sc.lookup("half"))
        .withMessageContaining("Nothing is published");
    assertThatThrownBy(() -> run("raise SystemExit(7)\n"))
        .asInstanceOf(type(ScriptFailedException.class))
        .satisfies(e -> assertThat(e.status()).isEqualTo(7));
  }

  @Test
  void anInterruptEndsTheScriptAndItsJob() throws Exception {
    Path mark = directory.resolve("begun");
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread runs =
        new Thread(
            () -> {
              try {
                run(
                    """
                    def forever(part, mark=sys.argv[1]):
                        import threading
                        open(mark, "w").close()
                        threading.Event().wait()
                        return part
                    sc.parallelize([1], 1).mapPartitions(forever).count()
                    """,
                    mark.toString());
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    runs.start();
    await().until(() -> Files.exists(mark));
    runs.interrupt();
    runs.join();
    assertThat(failure.get()).isInstanceOf(JobCancelledException.class);
    assertThat(sc.range(0, 4).mapPython("builtins:abs").count()).isEqualTo(4);
  }

  @Test
  void aScriptWhoseProgramClosesItsContextIsToldSo() throws IOException {
    Path script = directory.resolve("late.py");
    Path mark = directory.resolve("attached");
    Files.writeString(
        script,
        """
        import sys
        from pyspark import SparkContext
        sc = SparkContext()
        open(sys.argv[1], "w").close()
        import os
        while os.path.isdir(sc._driver.directory):
            pass
        sc.range(3).count()
        """);
    FiresteelContext other =
        FiresteelContext.builder()
            .master("local[1]")
            .conf("spark.pyspark.python", System.getProperty("firesteel.python"))
            .start();
    Thread closes =
        new Thread(
            () -> {
              await().until(() -> Files.exists(mark));
              other.close();
            });
    closes.start();
    assertThatThrownBy(() -> PythonRunner.run(other, script.toString(), mark.toString()))
        .isInstanceOf(ScriptFailedException.class)
        .hasMessageContaining("has closed its context");
  }
}
