package dev.firesteel.executor;

import dev.firesteel.accumulator.AccumulatorUpdate;
import dev.firesteel.crossing.CrossingFiles;
import dev.firesteel.id.BlockId;
import dev.firesteel.id.Location;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.id.StoredBlock;
import dev.firesteel.interpreter.Room;
import dev.firesteel.lineage.Language;
import dev.firesteel.plan.PlanCodec;
import dev.firesteel.plan.Sink;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.FailureKind;
import dev.firesteel.task.FailureReport;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import dev.firesteel.task.TaskAttempt;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskReport;
import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * The bodies of the frames TASK, DONE and FAILED; the only place in Java that knows their fields.
 */
public final class TaskFrames {
  private TaskFrames() {}

  /**
   * The body of a TASK frame.
   *
   * @param files where every name in the plan leads
   * @param space how much may be written into each file of the memory tier
   * @param scratch where the worker may spill
   */
  public static byte[] task(
      TaskDescription task,
      Map<String, Location> files,
      Map<String, Long> space,
      Path scratch,
      ExecutorSettings settings) {
    return task(task, task.plan().sink(), files, space, scratch, settings);
  }

  /**
   * The body of a TASK frame for a part of a task.
   *
   * @param plan the part
   */
  static byte[] task(
      TaskDescription task,
      Sink plan,
      Map<String, Location> files,
      Map<String, Long> space,
      Path scratch,
      ExecutorSettings settings) {
    TaskAttempt attempt = task.attempt();
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      out.packMapHeader(task.barrier() == 0 ? 11 : 12);
      out.packString("task").packMapHeader(6);
      out.packString("id").packLong(attempt.id());
      out.packString("job").packLong(attempt.job());
      out.packString("stage").packInt(attempt.stage());
      out.packString("stage_attempt").packInt(attempt.stageAttempt());
      out.packString("partition").packInt(attempt.partition());
      out.packString("attempt").packInt(attempt.attempt());
      out.packString("plan");
      PlanCodec.write(out, plan);
      writeFiles(out, files);
      out.packString("space").packMapHeader(space.size());
      for (Map.Entry<String, Long> allowance : space.entrySet()) {
        out.packString(allowance.getKey()).packLong(allowance.getValue());
      }
      out.packString("path");
      Msgpack.write(out, task.path());
      out.packString("properties");
      Msgpack.write(out, task.properties());
      out.packString("inline").packLong(settings.inlineBytes());
      out.packString("memory").packLong(settings.memory());
      out.packString("scratch").packString(scratch.toString());
      out.packString("cpus").packInt(settings.cpus());
      out.packString("compress");
      Msgpack.write(out, settings.compress());
      if (task.barrier() > 0) {
        out.packString("barrier").packMapHeader(2);
        out.packString("tasks").packInt(task.barrier());
        out.packString("timeout_ms").packLong(settings.barrierMillis());
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("A task could not be encoded", e);
    }
  }

  /** The body of a GRANT frame. */
  static byte[] grant(Room.Grant grant) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("bytes", grant.bytes());
    Path path = grant.path();
    body.put("path", path == null ? null : path.toString());
    return Msgpack.pack(body);
  }

  /** The body of a NEED frame. */
  static byte[] need(int crossing, boolean more) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("crossing", crossing);
    body.put("more", more);
    return Msgpack.pack(body);
  }

  /** The body of a BATCH frame. */
  static byte[] batch(int crossing, CrossingFiles.Batch batch) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("crossing", crossing);
    Path path = batch.path();
    body.put("path", path == null ? null : path.toString());
    body.put("bytes", batch.bytes());
    body.put("records", batch.records());
    return Msgpack.pack(body);
  }

  /**
   * Reads the body of a MEET frame.
   *
   * @throws ProtocolException when it is not as it should be
   */
  public static BarrierCall meet(Fields body, TaskAttempt attempt) {
    return new BarrierCall(
        attempt, body.string("call"), body.integer("round"), body.string("message"));
  }

  /** The body of a MET frame. */
  public static byte[] met(int round, List<String> messages) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("round", round);
    body.put("messages", messages);
    return Msgpack.pack(body);
  }

  /**
   * Reads the body of a DONE frame.
   *
   * @param written says where a file is that the worker has written
   * @throws ProtocolException when it is not as it should be
   */
  public static TaskReport done(
      Fields body, TaskAttempt attempt, Function<Path, Location.File> written) {
    List<StoredBlock> blocks = new ArrayList<>();
    for (Object row : body.listOrEmpty("blocks")) {
      List<?> block = row(row, 4, "DONE.blocks");
      blocks.add(
          new StoredBlock(
              block(Fields.asString(block.get(0), "DONE.blocks")),
              written.apply(Path.of(Fields.asString(block.get(1), "DONE.blocks"))),
              Fields.asLong(block.get(2), "DONE.blocks"),
              Fields.asLong(block.get(3), "DONE.blocks"),
              attempt.id()));
    }
    return new TaskReport(
        body.bytesOrNull("result"),
        output(body.get("output"), written),
        body.has("shuffle") ? shuffle(body.fields("shuffle")) : null,
        blocks,
        body.number("records"),
        accumulators(body, written),
        body.numberMap("metrics"));
  }

  /** Objects in a heap are read and written by parts of the plan in Java only. */
  private static void writeFiles(MessageBufferPacker out, Map<String, Location> files)
      throws IOException {
    Map<String, String> paths = new LinkedHashMap<>();
    files.forEach(
        (name, location) -> {
          if (location instanceof Location.File file) {
            paths.put(name, file.path());
          }
        });
    out.packString("files");
    Msgpack.write(out, paths);
  }

  private static List<AccumulatorUpdate> accumulators(
      Fields body, Function<Path, Location.File> written) {
    byte[] pickled = body.bytesOrNull("accumulators");
    String path = body.stringOrNull("accumulator_file");
    Location.File file = path == null ? null : written.apply(Path.of(path));
    return pickled == null
        ? List.of()
        : List.of(new AccumulatorUpdate(Language.PYTHON, pickled, file));
  }

  /**
   * Reads the body of a FAILED frame.
   *
   * @throws ProtocolException when it is not as it should be
   */
  public static FailureReport failed(Fields body) {
    Fields error = body.fields("error");
    String message = error.stringOrNull("message");
    BlockId block = body.has("block") ? block(body.string("block")) : null;
    BlockId.ShuffleMap mapOutput = body.has("shuffle") ? mapOutput(body.list("shuffle")) : null;
    if (mapOutput == null && block instanceof BlockId.ShuffleMap named) {
      mapOutput = named;
    }
    FailureKind kind;
    try {
      kind = FailureKind.parse(body.string("kind"));
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("FAILED.kind is unknown", e);
    }
    return new FailureReport(
        kind,
        message == null ? "" : message,
        Msgpack.pack(body.get("error")),
        block instanceof BlockId.Rdd rdd ? rdd : null,
        mapOutput);
  }

  /** The shuffle whose table file a FAILED frame says is damaged, if it says so. */
  static Optional<ShuffleId> damagedTable(Fields body) {
    return body.has("block") && block(body.string("block")) instanceof BlockId.Shuffle table
        ? Optional.of(table.shuffle())
        : Optional.empty();
  }

  private static @Nullable OutputFile output(
      @Nullable Object value, Function<Path, Location.File> written) {
    if (value == null) {
      return null;
    }
    List<?> row = row(value, 3, "DONE.output");
    return new OutputFile(
        written.apply(Path.of(Fields.asString(row.get(0), "DONE.output"))),
        Fields.asLong(row.get(1), "DONE.output"),
        Fields.asLong(row.get(2), "DONE.output"));
  }

  private static ShuffleReport shuffle(Fields shuffle) {
    long[] checksums = shuffle.numbers("checksums");
    int[] narrow = new int[checksums.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (int) checksums[i]; // unsigned on the wire
    }
    try {
      return new ShuffleReport(shuffle.numbers("lengths"), shuffle.numbers("records"), narrow);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("DONE.shuffle does not fit together", e);
    }
  }

  private static BlockId.ShuffleMap mapOutput(List<?> row) {
    List<?> numbers = row(row, 3, "FAILED.shuffle");
    return new BlockId.ShuffleMap(
        new ShuffleId(
            Fields.asInt(numbers.get(0), "FAILED.shuffle"),
            Fields.asLong(numbers.get(1), "FAILED.shuffle")),
        Fields.asInt(numbers.get(2), "FAILED.shuffle"));
  }

  private static BlockId block(String name) {
    try {
      return BlockId.parse(name);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("A worker named a block that can't be: " + name, e);
    }
  }

  private static List<?> row(@Nullable Object value, int length, String where) {
    List<?> row = Fields.asList(value, where);
    if (row.size() != length) {
      throw new ProtocolException(where + " has " + row.size() + " elements instead of " + length);
    }
    return row;
  }
}
