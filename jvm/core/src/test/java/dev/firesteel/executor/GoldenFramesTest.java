package dev.firesteel.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firesteel.id.BlockId;
import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.Location;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StorageLevel;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.input.FileSplit;
import dev.firesteel.interpreter.Room;
import dev.firesteel.lineage.Language;
import dev.firesteel.lineage.Partitioner;
import dev.firesteel.plan.Sink;
import dev.firesteel.plan.Source;
import dev.firesteel.plan.TaskPlan;
import dev.firesteel.storage.Tiers;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskReport;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import dev.firesteel.worker.Frame;
import dev.firesteel.worker.FrameChannel;
import dev.firesteel.worker.FrameType;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** This side writes and reads the frames in tests/wire, as the Python side does. */
class GoldenFramesTest {
  private static final TaskAttempt ATTEMPT = new TaskAttempt(4_294_967_301L, 3, 7, 1, 2, 0);
  private static final Path WIRE = Path.of(System.getProperty("firesteel.wire"));

  private static final Function<Path, Location.File> TIERS =
      file -> new Tiers(Path.of("/dev/shm"), List.of(Path.of("/tmp"))).locate("driver", file);

  private static Location.File disk(String path) {
    return new Location.DiskFile("driver", path);
  }

  private static Frame golden(String name, FrameType type) throws IOException {
    try (ByteChannel file = Files.newByteChannel(WIRE.resolve(name + ".msgpack"));
        FrameChannel channel = new FrameChannel(file)) {
      Frame frame = channel.receive().expect(type);
      assertThat(channel.receive()).isNull();
      return frame;
    }
  }

  private static Fields fields(String name, FrameType type) throws IOException {
    return golden(name, type).fields();
  }

  @Test
  void writesATask() throws IOException {
    ClosureId map = new ClosureId(0, 5);
    ClosureId combine = new ClosureId(0, 6);
    BlockId.Rdd block = new BlockId.Rdd(new NodeId(0, 11), 2);
    StorageLevel level = new StorageLevel(false, true, false, false, 1);
    BlockId.ShuffleMap output = new BlockId.ShuffleMap(new ShuffleId(0, 4), 2);
    FileSplit split =
        new FileSplit(
            "/data/é.txt", "file:/data/é.txt", 10, 20, 64, 1_700_000_000_123_456_789L, null);
    Source source =
        new Source.Cached(
            new Source.Pipeline(
                new Source.Input(
                    "text", Map.of(), FileSplit.encode(List.of(List.of(split))).get(0)),
                map,
                1),
            block,
            level);
    TaskDescription task =
        new TaskDescription(
            ATTEMPT,
            new TaskPlan(
                new Sink.ShuffleWrite(source, output, 3, new Partitioner.Hash(), combine),
                Set.of(map, combine),
                Set.of(new BroadcastId(0, 1)),
                Set.of(),
                Set.of(),
                Map.of(block, level),
                output,
                Language.PYTHON,
                Set.of(0)),
            List.of("/home/user/program", "/usr/lib/python3/dist-packages"),
            Map.of("spark.job.description", "zähle"),
            0);
    Map<String, Location> files = new LinkedHashMap<>();
    files.put("closure_0_5", disk("/tmp/app/driver/closure_0_5"));
    files.put("closure_0_6", disk("/tmp/app/driver/closure_0_6"));
    files.put("broadcast_0_1", disk("/tmp/app/driver/broadcast_0_1"));
    files.put(
        "rdd_0_11_2", new Location.MemoryFile("driver", "/dev/shm/app/rdd_0_11_2.4294967301"));
    files.put("shuffle_0_4_2", disk("/tmp/app/shuffle_0_4_2.4294967301"));

    byte[] body =
        TaskFrames.task(
            task,
            files,
            Map.of("rdd_0_11_2", 1L << 20),
            Path.of("/tmp/app/scratch-0"),
            new ExecutorSettings(2, 16_384, 512L << 20, 1, List.of("shuffle"), 60_000));

    assertThat(Msgpack.unpack(body))
        .usingRecursiveComparison() // splits are bytes
        .isEqualTo(Msgpack.unpack(golden("task_shuffle_write", FrameType.TASK).body()));
    assertThat(body).isEqualTo(golden("task_shuffle_write", FrameType.TASK).body());
  }

  @Test
  void writesATaskOfABarrierStage() throws IOException {
    BlockId.Result output = new BlockId.Result(3, 2);
    TaskDescription task =
        new TaskDescription(
            ATTEMPT,
            new TaskPlan(
                new Sink.Result(new Source.Empty(), output),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Map.of(),
                output,
                Language.PYTHON,
                Set.of(0)),
            List.of("/home/user/program", "/usr/lib/python3/dist-packages"),
            Map.of(),
            4);
    byte[] body =
        TaskFrames.task(
            task,
            Map.of("result_3_2", disk("/tmp/app/result_3_2.4294967301")),
            Map.of(),
            Path.of("/tmp/app/scratch-0"),
            new ExecutorSettings(4, 16_384, 512L << 20, 1, List.of("shuffle"), 60_000));
    assertThat(Msgpack.unpack(body))
        .isEqualTo(Msgpack.unpack(golden("task_barrier", FrameType.TASK).body()));
  }

  @Test
  void readsACallOfABarrierStage() throws IOException {
    assertThat(TaskFrames.meet(fields("meet", FrameType.MEET), ATTEMPT))
        .isEqualTo(new BarrierCall(ATTEMPT, "allGather", 2, "rank 1 é"));
    assertThat(TaskFrames.met(2, List.of("rank 0", "rank 1 é")))
        .isEqualTo(golden("met", FrameType.MET).body());
  }

  @Test
  void readsAResult() throws IOException {
    TaskReport report = TaskFrames.done(fields("done_result", FrameType.DONE), ATTEMPT, TIERS);
    assertThat(report.result()).asString().isEqualTo("FSE1");
    assertThat(report.output()).isNull();
    assertThat(report.shuffle()).isNull();
    assertThat(report.records()).isEqualTo(12);
    assertThat(report.metrics()).containsEntry("run_ns", 1_500_000L);
  }

  @Test
  void readsAMapOutput() throws IOException {
    TaskReport report = TaskFrames.done(fields("done_shuffle", FrameType.DONE), ATTEMPT, TIERS);
    assertThat(report.output())
        .isEqualTo(new OutputFile(disk("/tmp/app/shuffle_0_4_2.4294967301"), 160, 9));
    assertThat(report.shuffle().lengths()).containsExactly(96, 0, 64);
    assertThat(report.shuffle().records()).containsExactly(5, 0, 4);
    assertThat(report.shuffle().checksums()).containsExactly((int) 4_026_531_840L, 0, 7);
    assertThat(report.blocks())
        .containsExactly(
            new StoredBlock(
                new BlockId.Rdd(new NodeId(0, 11), 2),
                new Location.MemoryFile("driver", "/dev/shm/app/rdd_0_11_2.4294967301"),
                128,
                9,
                ATTEMPT.id()));
    assertThat(report.accumulators())
        .singleElement()
        .satisfies(
            update -> {
              assertThat(update.language()).isEqualTo(Language.PYTHON);
              assertThat(update.bytes()).hasSize(5);
            });
  }

  @Test
  void answersAWorkerThatWantsRoom() throws IOException {
    Fields wanted = fields("space", FrameType.SPACE);
    assertThat(wanted.string("block")).isEqualTo("rdd_0_11_2");
    assertThat(wanted.number("bytes")).isEqualTo(16L << 20);
    assertThat(wanted.number("least")).isEqualTo(300_032);
    assertThat(TaskFrames.grant(new Room.Grant(16L << 20, null)))
        .isEqualTo(golden("grant", FrameType.GRANT).body());
    assertThat(TaskFrames.grant(new Room.Grant(0, Path.of("/tmp/app/rdd_0_11_2.4294967301"))))
        .isEqualTo(golden("grant_elsewhere", FrameType.GRANT).body());
  }

  @Test
  void readsFailures() throws IOException {
    FailureReport user = TaskFrames.failed(fields("failed_user", FrameType.FAILED));
    assertThat(user.kind()).isEqualTo(FailureKind.USER);
    assertThat(user.message()).isEqualTo("division by zero");
    assertThat(Msgpack.unpackMap(user.error()).string("operation")).isEqualTo("map at app.py:12");
    assertThat(TaskFrames.failed(fields("failed_corrupt_shuffle", FrameType.FAILED)).mapOutput())
        .isEqualTo(new BlockId.ShuffleMap(new ShuffleId(0, 4), 2));
    assertThat(TaskFrames.failed(fields("failed_corrupt_block", FrameType.FAILED)).block())
        .isEqualTo(new BlockId.Rdd(new NodeId(0, 11), 2));
  }

  @Test
  void readsWhatProcessesSayOfThemselves() throws IOException {
    assertThat(fields("hello_daemon", FrameType.HELLO).string("role")).isEqualTo("daemon");
    assertThat(fields("hello_worker", FrameType.HELLO).bytes("secret")).hasSize(32);
    assertThat(fields("died_signal", FrameType.DIED).numberOrNull("signal")).isEqualTo(9);
    assertThat(fields("died_signal", FrameType.DIED).stringOrNull("stack")).isNull();
    assertThat(fields("died_crash", FrameType.DIED).stringOrNull("stack")).contains("in crash");
    assertThat(fields("died_status", FrameType.DIED).numberOrNull("signal")).isNull();
    assertThat(golden("ready", FrameType.READY).body()).isEqualTo(Msgpack.pack(Map.of()));
    assertThat(golden("fork", FrameType.FORK).body()).isEqualTo(Msgpack.pack(Map.of("count", 2)));
    assertThat(golden("kill", FrameType.KILL).body()).isEqualTo(Msgpack.pack(Map.of("pid", 101)));
  }
}
