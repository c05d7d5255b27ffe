package dev.firesteel.driver;

import dev.firesteel.crossing.PythonStep;
import dev.firesteel.engine.Engine;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import dev.firesteel.interpreter.BroadcastReference;
import dev.firesteel.interpreter.Step;
import dev.firesteel.job.JobFailure;
import dev.firesteel.job.JobRequest;
import dev.firesteel.job.JobResult;
import dev.firesteel.job.JobSink;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.LineageUpdate;
import dev.firesteel.lineage.LineageUpdate.LevelChange;
import dev.firesteel.lineage.Node;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.lineage.SavedPart;
import dev.firesteel.types.PythonFunction;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says the lines of a golden program with the driver's own classes, to an engine that notes them.
 */
final class DriverProgram {
  static final InputFormat.Listing FILES =
      new InputFormat.Listing(6, List.of(new Split(new byte[] {6})));

  private static final List<SavedPart> PARTS =
      List.of(
          new SavedPart("/checkpoints/rdd-1/part-00000-7", "rdd_0_1_0", 4096, 70, 4_294_967_301L));
  private static final List<Node.Slice> SLICES =
      List.of(new Node.Slice(0, 96, 2, 0), new Node.Slice(96, 70_000, 65_536, 1));

  /** What the engine was asked for. */
  final List<JobRequest> asked = new ArrayList<>();

  /** What the engine was told without a job. */
  final List<LevelChange> told = new ArrayList<>();

  /** What was published. */
  final List<Publication> published = new ArrayList<>();

  /** A name, the node, and what the engine is told before. */
  record Publication(String name, NodeId target, LineageUpdate update) {}

  /** What the engine has under any name. */
  private final NodeView found;

  /** Whether the engine refuses what it is asked for. */
  boolean refuses;

  private final AtomicLong numbers = new AtomicLong();
  private final Closures closures;
  private final Requests requests;
  private final Jobs jobs;
  private final Jobs.Series series = new Jobs.Series();
  private final Map<String, Object> things = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();
  private @Nullable List<String> rest;

  /** A broadcast as a closure holds it. */
  private record Value(long number) implements BroadcastReference {
    @Override
    public BroadcastId broadcastId() {
      return new BroadcastId(0, number);
    }
  }

  /**
   * A program that has said nothing.
   *
   * @param found what the engine has under any name
   */
  DriverProgram(Path directory, NodeView found) {
    this.found = found;
    Releases releases = new Releases(release -> {});
    closures = new Closures(0, directory, numbers);
    requests = new Requests(new Compiler(this::node, closures, releases), closures);
    ClassLoader loader = DriverProgram.class.getClassLoader();
    Jobs.Settings settings = new Jobs.Settings(loader, updates -> {}, 1 << 30, 10);
    Engine engine =
        (Engine)
            Proxy.newProxyInstance(
                loader,
                new Class<?>[] {Engine.class},
                (proxy, method, given) -> {
                  if (method.getName().equals("submit")) {
                    return submitted((JobRequest) given[0]);
                  }
                  throw new UnsupportedOperationException(method.getName());
                });
    jobs = new Jobs(0, engine, requests, new Lifetime(), settings);
    jobs.writeAfterwards(new Checkpoints(jobs, requests, releases, directory));
  }

  private CompletableFuture<JobResult> submitted(JobRequest request) throws InterruptedException {
    asked.add(request);
    List<String> meanwhile = rest;
    rest = null;
    if (meanwhile != null) {
      say(meanwhile);
    }
    if (refuses) {
      JobFailure failure = JobFailure.of("internal", "refused", request.job(), request.site());
      return CompletableFuture.completedFuture(new JobResult.Failed(failure, List.of()));
    }
    return CompletableFuture.completedFuture(
        new JobResult.Succeeded(List.of(), List.of(), List.of()));
  }

  void say(List<String> lines) throws InterruptedException {
    for (int at = 0; at < lines.size(); at++) {
      List<String> words = List.of(lines.get(at).split(" "));
      if (words.get(0).equals("ask")) { // what follows is said before the answer comes
        rest = lines.subList(at + 1, lines.size());
        run(words.get(1), null, new JobSink.Result(), null);
        return;
      }
      if (words.size() > 2 && words.get(1).equals("=")) {
        things.put(words.get(0), made(words.get(2), words.subList(3, words.size())));
      } else {
        done(words.get(0), words.subList(1, words.size()));
      }
    }
  }

  private NodeId node() {
    return new NodeId(0, numbers.getAndIncrement());
  }

  private DriverNode node(String name) {
    return (DriverNode) things.get(name);
  }

  private DriverShuffle shuffle(String name) {
    return (DriverShuffle) things.get(name);
  }

  private List<DriverNode> nodes(List<String> names) {
    return names.stream().map(this::node).toList();
  }

  private static DriverClosure functions() {
    return DriverClosure.java("functions", "functions at app");
  }

  private Object made(String word, List<String> given) {
    switch (word) {
      case "key":
        return functions();
      case "broadcast":
        BroadcastId broadcast = new BroadcastId(0, 0);
        Value value = new Value(broadcast.number());
        closures.broadcast(broadcast, 1, value, "broadcast");
        return value;
      case "found":
        NodeId other = new NodeId(Integer.parseInt(given.get(0)), Long.parseLong(given.get(1)));
        return new PublishedNode(node(), new NodeView(other, Language.JAVA, 1, "found", null));
      case "lookup":
        return new PublishedNode(node(), found);
      case "shuffle":
        return shuffled(given);
      default:
        NodeId id = node();
        String op = Set.of("step", "function").contains(word) ? "pipeline" : word;
        return node(id, "%s at app:%d".formatted(op, id.number()), word, given);
    }
  }

  private DriverNode node(NodeId id, String site, String word, List<String> given) {
    return switch (word) {
      case "input" -> {
        String format = given.get(0);
        Set<Language> readers = Set.of(Language.values());
        yield source(
            id, site, new Node.Input(id, site, format, Map.of(), FILES.splits(), readers), 1);
      }
      case "slices" -> {
        String path = "/application/driver/input_0_" + id.number();
        yield source(id, site, new Node.Slices(id, site, path, SLICES), 2);
      }
      case "saved" -> source(id, site, new Node.Saved(id, site, "/checkpoints/rdd-1", PARTS), 1);
      case "range" -> source(id, site, new Node.Range(id, site, "0", "-2", 1L << 32, 3), 3);
      case "empty" -> source(id, site, new Node.Empty(id, site), 0);
      case "step" -> new StepNode(id, site, node(given.get(0)), Language.JAVA, step(given));
      case "crossing" ->
          new CrossingNode(id, site, node(given.get(0)), Language.parse(given.get(1)));
      case "function" -> {
        Language language = Language.parse(given.get(1));
        Object step =
            language == Language.JAVA
                ? step(given.subList(0, 1))
                : new PythonStep("map", PythonFunction.of("math:sqrt"), site);
        yield new StepNode(id, site, node(given.get(0)), language, step);
      }
      case "union" -> new CombinedNode(id, site, CombinedNode.How.UNION, nodes(given));
      case "aligned" -> new CombinedNode(id, site, CombinedNode.How.ALIGNED, nodes(given));
      case "zipped" -> new CombinedNode(id, site, CombinedNode.How.ZIPPED, nodes(given));
      case "product" -> new CombinedNode(id, site, CombinedNode.How.PRODUCT, nodes(given));
      case "coalesced" ->
          new CoalescedNode(id, site, node(given.get(0)), Integer.parseInt(given.get(1)));
      case "shuffled" -> new ShuffledNode(id, site, shuffle(given.get(0)), how(given.get(1)));
      case "samples" ->
          new ShuffledNode(id, site, shuffle(given.get(0)), new ShuffledNode.How.Samples());
      case "sorted" -> new ShuffledNode(id, site, shuffle(given.get(0)), sorted(given));
      default -> throw new IllegalArgumentException("there is no word " + word);
    };
  }

  private static DriverNode source(NodeId id, String site, Node node, int partitions) {
    return new SourceNode(id, site, () -> new SourceNode.Described(node, partitions, null));
  }

  private Step step(List<String> given) {
    Value used = given.size() > 1 ? (Value) things.get(given.get(1)) : null;
    return new Step(
        "map",
        "map at app",
        (task, partition, records) -> used == null ? records : Stream.of(used).iterator());
  }

  private DriverShuffle shuffled(List<String> given) {
    ShuffleId id = new ShuffleId(0, numbers.getAndIncrement());
    DriverShuffle.Spreading spreading =
        switch (given.get(2)) {
          case "custom" -> new DriverShuffle.Spreading.Custom(functions());
          case "sort" ->
              new DriverShuffle.Spreading.Sort(
                  (DriverClosure) things.get(given.get(3)), given.get(4).equals("ascending"));
          default -> new DriverShuffle.Spreading.Hash();
        };
    boolean combined = given.get(given.size() - 1).equals("combine");
    return new DriverShuffle(
        id,
        node(given.get(0)),
        Integer.parseInt(given.get(1)),
        spreading,
        combined ? functions() : null,
        "shuffle at app:" + id.number());
  }

  private static ShuffledNode.How how(String word) {
    return switch (word) {
      case "combined" -> new ShuffledNode.How.Combined(functions());
      case "grouped" -> new ShuffledNode.How.Grouped();
      default -> new ShuffledNode.How.Plain();
    };
  }

  private ShuffledNode.How sorted(List<String> given) {
    return new ShuffledNode.How.Sorted(
        given.get(1).equals("-") ? null : shuffle(given.get(1)),
        Integer.parseInt(given.get(2)),
        (DriverClosure) things.get(given.get(3)),
        given.get(4).equals("ascending"));
  }

  private void done(String word, List<String> given) throws InterruptedException {
    String first = given.get(0);
    switch (word) {
      case "job" -> run(first, null, sink(given), null);
      case "first", "next" -> {
        List<Integer> partitions =
            given.subList(1, given.size()).stream().map(Integer::valueOf).toList();
        run(first, partitions, new JobSink.Result(), series);
      }
      case "property" -> properties.put(first, given.get(1));
      case "persist" -> {
        boolean memory = given.get(1).equals("MEMORY_AND_DISK");
        tell(requests.level(node(first), new StorageLevel(true, memory, false, false, 1)));
      }
      case "unpersist" -> tell(requests.level(node(first), null));
      case "publish" -> {
        Requests.Request request = requests.about(node(first));
        requests.answered(request);
        published.add(new Publication(given.get(1), request.target(), request.update()));
      }
      case "cut" -> requests.cut(node(first), new Saved("/checkpoints/rdd-1", PARTS, null));
      default -> throw new IllegalArgumentException("there is no word " + word);
    }
  }

  private void tell(@Nullable LevelChange change) {
    if (change != null) {
      told.add(change);
    }
  }

  private static JobSink sink(List<String> given) {
    if (given.size() == 1) {
      return new JobSink.Result();
    }
    return switch (given.get(1)) {
      case "Count" -> new JobSink.Count();
      case "BlockWrite" -> new JobSink.BlockWrite(given.get(2));
      default -> new JobSink.SaveText(given.get(2), given.get(3));
    };
  }

  private void run(
      String node, @Nullable List<Integer> partitions, JobSink sink, Jobs.@Nullable Series of)
      throws InterruptedException {
    String site = "job at app:" + asked.size();
    jobs.run(new Jobs.Job(node(node), partitions, sink, site, Map.copyOf(properties), of));
  }
}
