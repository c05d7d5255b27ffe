package dev.firesteel.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.Location;
import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobRequestCodec;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.JobResult.ResultRow;
import dev.firesteel.job.JobResultCodec;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.LineageUpdate.BroadcastFile;
import dev.firesteel.lineage.LineageUpdate.ClosureFile;
import dev.firesteel.lineage.Node;
import dev.firesteel.types.ContextStoppedException;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.types.JobCancelledException;
import dev.firesteel.types.JobFailedException;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The golden frames between drivers and the engine, tests/wire/driver: what the Java driver asks
 * for is what they mean, and answers are written so and tell the Java driver's user the same.
 */
class DriverFramesTest {
  private static final Path WIRE = Path.of(System.getProperty("firesteel.wire"), "driver");

  @TempDir Path directory;

  private static Stream<String> names(String beginning, String end) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(WIRE)) {
      files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(beginning) && name.endsWith(end))
          .map(name -> name.substring(beginning.length(), name.length() - end.length()))
          .forEach(names::add);
    }
    assertThat(names).isNotEmpty();
    return names.stream().sorted();
  }

  static Stream<String> programs() throws IOException {
    return names("", ".program");
  }

  static Stream<String> failures() throws IOException {
    return names("seen_", ".msgpack");
  }

  private static byte[] golden(String name) throws IOException {
    return Files.readAllBytes(WIRE.resolve(name + ".msgpack"));
  }

  private static List<byte[]> requests(String language, String name) throws IOException {
    List<byte[]> found = new ArrayList<>();
    for (String number : names(language + "_" + name + "_", ".msgpack").toList()) {
      found.add(golden(language + "_" + name + "_" + number));
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theDriverAsksForWhatWasAgreed(String name) throws Exception {
    DriverProgram program = new DriverProgram(directory);
    program.say(Files.readAllLines(WIRE.resolve(name + ".program")));
    List<byte[]> agreed = requests("java", name);
    assertThat(program.asked.size() + program.told.size()).isEqualTo(agreed.size());
    for (int i = 0; i < program.asked.size(); i++) {
      JobRequest meant =
          JobRequestCodec.decode(agreed.get(i), n -> Optional.of(DriverProgram.FILES));
      assertThat(asOnTheWire(program.asked.get(i))).isEqualTo(meant);
    }
    for (int i = 0; i < program.told.size(); i++) {
      byte[] update = agreed.get(program.asked.size() + i);
      assertThat(JobRequestCodec.decodeUpdate(update, n -> Optional.empty()).levels())
          .containsExactly(program.told.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatThePythonDriverSaysMeansTheSame(String name) throws Exception {
    List<byte[]> ofJava = requests("java", name);
    List<byte[]> ofPython = requests("python", name);
    assertThat(ofPython).hasSameSizeAs(ofJava);
    for (int i = 0; i < ofJava.size(); i++) {
      if (Msgpack.unpackMap(ofJava.get(i)).has("job")) {
        JobRequest java =
            JobRequestCodec.decode(ofJava.get(i), n -> Optional.of(DriverProgram.FILES));
        JobRequest python =
            JobRequestCodec.decode(ofPython.get(i), n -> Optional.of(DriverProgram.FILES));
        assertThat(python.path()).containsExactly("/program");
        assertThat(inPython(java, python)).isEqualTo(python);
      }
    }
  }

  /** A request of the Java driver as the codec reads it: it says no language, and other paths. */
  private JobRequest asOnTheWire(JobRequest request) {
    LineageUpdate update = request.update();
    assertThat(update.language()).isEqualTo(Language.JAVA);
    List<ClosureFile> closures =
        update.closures().stream()
            .map(each -> new ClosureFile(each.id(), moved(each.path()), each.broadcasts()))
            .toList();
    List<BroadcastFile> broadcasts =
        update.broadcasts().stream()
            .map(each -> new BroadcastFile(each.id(), moved(each.path())))
            .toList();
    return with(
        request,
        new LineageUpdate(
            update.nodes(),
            update.shuffles(),
            closures,
            broadcasts,
            update.levels(),
            update.release(),
            update.cleaned(),
            update.cuts()),
        request.path());
  }

  private String moved(String path) {
    return path.replace(directory.toString(), "/application/driver");
  }

  /** The same request with functions in Python. */
  private static JobRequest inPython(JobRequest java, JobRequest python) {
    LineageUpdate update = java.update();
    List<Node> nodes = update.nodes().stream().map(DriverFramesTest::inPython).toList();
    return with(
        java,
        new LineageUpdate(
            nodes,
            update.shuffles(),
            update.closures(),
            update.broadcasts(),
            update.levels(),
            python.update().release(),
            update.cleaned(),
            update.cuts()),
        python.path());
  }

  private static Node inPython(Node node) {
    return node instanceof Node.Pipeline each
        ? new Node.Pipeline(
            each.id(), each.site(), each.parent(), each.closure(), each.barrier(), Language.PYTHON)
        : node;
  }

  private static JobRequest with(JobRequest request, LineageUpdate update, List<String> path) {
    return new JobRequest(
        request.driver(),
        request.job(),
        request.site(),
        update,
        request.target(),
        request.partitions(),
        request.sink(),
        path,
        request.properties(),
        request.maxResultSize(),
        request.after());
  }

  @Test
  void whatARefusedRequestCarriedIsToldAgain() throws InterruptedException {
    DriverProgram program = new DriverProgram(directory);
    program.say(List.of("a = range", "b = step a", "job b", "cut b", "c = step b"));
    program.say(List.of("persist c DISK_ONLY"));
    program.refuses = true;
    assertThatThrownBy(() -> program.say(List.of("job c"))).hasMessageContaining("refused");
    program.refuses = false;
    program.say(List.of("job c", "unpersist c"));
    LineageUpdate refused = program.asked.get(1).update();
    assertThat(refused.nodes()).hasSize(1);
    assertThat(refused.levels()).hasSize(1);
    assertThat(refused.cuts()).hasSize(1);
    assertThat(program.asked.get(2).update()).isEqualTo(refused);
    program.refuses = true;
    program.say(List.of("persist c MEMORY_AND_DISK"));
    assertThatThrownBy(() -> program.say(List.of("job c"))).hasMessageContaining("refused");
    program.refuses = false;
    program.say(List.of("job c", "job c"));
    assertThat(program.asked.get(4).update().levels()).hasSize(1);
    assertThat(program.asked.get(5).update().levels()).as("it is told now").isEmpty();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void resultsAreAnsweredAsWasAgreed() throws IOException {
    JobResult result =
        new JobResult.Succeeded(
            List.of(
                new ResultRow(0, utf8("FSE1"), null, 4, 12, 4_294_967_301L),
                new ResultRow(
                    1,
                    null,
                    new Location.DiskFile("driver", "/application/é/result_7_1.18"),
                    70_000,
                    65_536,
                    18),
                new ResultRow(2, null, null, 0, 0, 19)),
            List.of(utf8("one"), utf8("")),
            List.of("The memory tier is full."));
    assertThat(JobResultCodec.encode(result)).isEqualTo(golden("answer_results"));
  }

  private static JobFailure failure(Fields told) {
    Object error = told.get("error");
    return new JobFailure(
        told.string("kind"),
        told.string("message"),
        told.number("job"),
        told.integer("stage"),
        told.integer("partition"),
        told.integer("attempt"),
        told.integer("attempts"),
        told.string("site"),
        error == null ? null : Msgpack.pack(error),
        told.stringOrNull("java"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsAnsweredAsWasAgreedAndTellsTheSame(String name) throws IOException {
    byte[] golden = golden("answer_" + name);
    JobFailure failure = failure(Msgpack.unpackMap(golden).fields("failure"));
    JobResult result = new JobResult.Failed(failure, List.of(utf8("one"), utf8("two")));
    assertThat(JobResultCodec.encode(result)).isEqualTo(golden);

    Fields seen = Msgpack.unpackMap(golden("seen_" + name));
    FiresteelException error =
        JobErrors.of(failure, "collect at App.java:20", DriverFramesTest.class.getClassLoader());
    assertThat(kind(error)).isEqualTo(seen.string("kind"));
    if (error instanceof JobFailedException failed) {
      assertThat(failed.job()).isEqualTo(seen.number("job"));
      assertThat(failed.partition()).isEqualTo(seen.integer("partition"));
      assertThat(failed.record().orElse(null)).isEqualTo(seen.stringOrNull("record"));
    }
    assertThat(error.getMessage()).contains(seen.strings("tells"));
  }

  private static @Nullable String kind(FiresteelException error) {
    if (error instanceof JobCancelledException) {
      return "cancelled";
    }
    if (error instanceof ContextStoppedException) {
      return "stopped";
    }
    return error instanceof JobFailedException failed ? failed.kind() : null;
  }
}
