package dev.firesteel.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firesteel.id.ClosureId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.StorageLevel;
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
import dev.firesteel.lineage.LineageUpdate.LevelChange;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.NodeView;
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
import java.util.Iterator;
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

  /** What is found under any name. */
  private static final NodeView OF_JAVA =
      new NodeView(new NodeId(3, 40), Language.JAVA, 2, "map at Größe.java:12", null);

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
    return names("", ".program").filter(name -> !name.equals("barrier")); // only in Python
  }

  static Stream<String> programsOfPython() throws IOException {
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
    DriverProgram program = new DriverProgram(directory, OF_JAVA);
    program.say(Files.readAllLines(WIRE.resolve(name + ".program")));
    Iterator<JobRequest> asked = program.asked.iterator();
    Iterator<LevelChange> told = program.told.iterator();
    Iterator<DriverProgram.Publication> published = program.published.iterator();
    for (byte[] frame : requests("java", name)) {
      Fields agreed = Msgpack.unpackMap(frame);
      if (agreed.has("job")) {
        assertThat(asOnTheWire(asked.next())).isEqualTo(job(frame));
      } else if (agreed.has("name")) {
        DriverProgram.Publication said = published.next();
        assertThat(said.name()).isEqualTo(agreed.string("name"));
        assertThat(said.target()).isEqualTo(JobRequestCodec.decodeNode(0, agreed.get("target")));
        assertThat(asOnTheWire(said.update())).isEqualTo(update(frame));
      } else {
        assertThat(update(frame).levels()).containsExactly(told.next());
      }
    }
    assertThat(asked.hasNext() || told.hasNext() || published.hasNext()).isFalse();
  }

  private static JobRequest job(byte[] frame) {
    return JobRequestCodec.decode(frame, n -> Optional.of(DriverProgram.FILES));
  }

  private static LineageUpdate update(byte[] frame) {
    return JobRequestCodec.decodeUpdate(frame, n -> Optional.of(DriverProgram.FILES));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatThePythonDriverSaysMeansTheSame(String name) throws Exception {
    List<byte[]> ofJava = requests("java", name);
    List<byte[]> ofPython = new ArrayList<>(requests("python", name));
    ofPython.removeIf(frame -> !Msgpack.unpackMap(frame).has("release")); // Java calls for the rest
    assertThat(ofPython).hasSameSizeAs(ofJava);
    for (int i = 0; i < ofJava.size() && !name.equals("crossings"); i++) {
      Fields agreed = Msgpack.unpackMap(ofJava.get(i));
      if (agreed.has("job")) {
        JobRequest python = job(ofPython.get(i));
        assertThat(python.path()).containsExactly("/program");
        assertThat(inPython(job(ofJava.get(i)), python)).isEqualTo(python);
      } else if (agreed.has("name")) {
        Fields said = Msgpack.unpackMap(ofPython.get(i));
        assertThat(said.string("name")).isEqualTo(agreed.string("name"));
        assertThat(said.get("target")).isEqualTo(agreed.get("target"));
        assertThat(said.strings("path")).containsExactly("/program");
        assertThat(inPython(update(ofJava.get(i)), update(ofPython.get(i))))
            .isEqualTo(update(ofPython.get(i)));
      }
    }
  }

  private static List<Node> nodes(String name, int number) throws IOException {
    return job(requests("python", name).get(number)).update().nodes();
  }

  private static Node pipeline(long id, long parent, long closure, boolean barrier, Language in) {
    return new Node.Pipeline(
        new NodeId(0, id),
        "pipeline at app:" + id,
        new NodeId(0, parent),
        new ClosureId(0, closure),
        barrier,
        in);
  }

  @Test
  void crossingsAndBarrierStagesOfThePythonDriverAreUnderstood() throws IOException {
    assertThat(nodes("crossings", 1))
        .contains(
            new Node.Crossing(
                new NodeId(0, 1), "crossing at app:1", new NodeId(0, 0), Language.JAVA),
            pipeline(2, 1, 3, false, Language.JAVA),
            new Node.Crossing(
                new NodeId(0, 4), "crossing at app:4", new NodeId(0, 2), Language.PYTHON),
            pipeline(5, 4, 6, false, Language.PYTHON));
    assertThat(nodes("barrier", 0))
        .contains(
            pipeline(2, 0, 6, true, Language.PYTHON), pipeline(4, 3, 7, true, Language.PYTHON));
  }

  @ParameterizedTest
  @MethodSource("programsOfPython")
  void everythingThatThePythonDriverSaysOfLineageIsUnderstood(String name) throws IOException {
    for (byte[] frame : requests("python", name)) {
      Fields said = Msgpack.unpackMap(frame);
      if (said.has("job")) {
        assertThat(job(frame).driver()).isEqualTo(said.integer("driver"));
      }
      assertThat(update(frame).nodes()).hasSameSizeAs(said.listOrEmpty("nodes"));
    }
  }

  @Test
  void namesAreAnsweredAsWasAgreed() throws IOException {
    StorageLevel level = new StorageLevel(true, true, false, false, 1);
    NodeView ofPython = new NodeView(OF_JAVA.id(), Language.PYTHON, 2, OF_JAVA.site(), level);
    assertThat(JobResultCodec.encodeFound(ofPython)).isEqualTo(golden("answer_lookup_python"));
    assertThat(JobResultCodec.encodeFound(OF_JAVA)).isEqualTo(golden("answer_lookup_java"));
    assertThat(
            JobResultCodec.encodeRefusal("NAME_NOT_PUBLISHED", "no RDD is published as \"größe\"."))
        .isEqualTo(golden("answer_refused"));
  }

  /** A request of the Java driver as the codec reads it: it says no language, and other paths. */
  private JobRequest asOnTheWire(JobRequest request) {
    return with(request, asOnTheWire(request.update()), request.path());
  }

  private LineageUpdate asOnTheWire(LineageUpdate update) {
    assertThat(update.language()).isEqualTo(Language.JAVA);
    List<ClosureFile> closures =
        update.closures().stream()
            .map(each -> new ClosureFile(each.id(), moved(each.path()), each.broadcasts()))
            .toList();
    List<BroadcastFile> broadcasts =
        update.broadcasts().stream()
            .map(each -> new BroadcastFile(each.id(), moved(each.path())))
            .toList();
    return new LineageUpdate(
        update.nodes(),
        update.shuffles(),
        closures,
        broadcasts,
        update.levels(),
        update.release(),
        update.cleaned(),
        update.cuts());
  }

  private String moved(String path) {
    return path.replace(directory.toString(), "/application/driver");
  }

  /** The same request with functions in Python. */
  private static JobRequest inPython(JobRequest java, JobRequest python) {
    return with(java, inPython(java.update(), python.update()), python.path());
  }

  private static LineageUpdate inPython(LineageUpdate update, LineageUpdate python) {
    List<Node> nodes = update.nodes().stream().map(DriverFramesTest::inPython).toList();
    return new LineageUpdate(
        nodes,
        update.shuffles(),
        update.closures(),
        update.broadcasts(),
        update.levels(),
        python.release(),
        update.cleaned(),
        update.cuts());
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
    DriverProgram program = new DriverProgram(directory, OF_JAVA);
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
