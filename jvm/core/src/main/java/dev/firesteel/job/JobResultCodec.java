package dev.firesteel.job;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.StorageLevel;
import dev.firesteel.lineage.NodeView;
import dev.firesteel.util.Msgpack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Writes answers to drivers as MessagePack. Thread-safe. */
public final class JobResultCodec {
  private JobResultCodec() {}

  /** Writes how a job ended. */
  public static byte[] encode(JobResult result) {
    requireNonNull(result, "result is null");
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      if (result instanceof JobResult.Succeeded succeeded) {
        out.packMapHeader(4);
        out.packString("ok").packBoolean(true);
        writeRows(out, succeeded.rows());
        writeAccumulators(out, succeeded.accumulators());
        out.packString("notices");
        Msgpack.write(out, succeeded.notices());
      } else if (result instanceof JobResult.Failed failed) {
        out.packMapHeader(3);
        out.packString("ok").packBoolean(false);
        writeFailure(out, failed.failure());
        writeAccumulators(out, failed.accumulators());
      } else {
        throw new AssertionError("unknown result " + result.getClass());
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("An answer could not be encoded", e);
    }
  }

  /** Writes what stages are doing. */
  public static byte[] encodeProgress(List<StageProgress> stages) {
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      out.packMapHeader(1).packString("stages").packArrayHeader(stages.size());
      for (StageProgress stage : stages) {
        out.packMapHeader(7);
        out.packString("id").packInt(stage.id());
        out.packString("attempt").packInt(stage.attempt());
        out.packString("name").packString(stage.name());
        out.packString("tasks").packInt(stage.tasks());
        out.packString("done").packInt(stage.done());
        out.packString("failed").packInt(stage.failed());
        out.packString("active").packInt(stage.active());
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("An answer could not be encoded", e);
    }
  }

  /** Writes what a driver must know of a node that it has looked up by its name. */
  public static byte[] encodeFound(NodeView node) {
    StorageLevel level = node.level();
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      out.packMapHeader(level == null ? 5 : 6);
      out.packString("ok").packBoolean(true);
      out.packString("node").packArrayHeader(2);
      out.packInt(node.id().driver()).packLong(node.id().number());
      out.packString("language").packString(node.language().wire());
      out.packString("partitions").packInt(node.partitions());
      out.packString("site").packString(node.site());
      if (level != null) {
        out.packString("level").packMapHeader(5);
        out.packString("disk").packBoolean(level.disk());
        out.packString("memory").packBoolean(level.memory());
        out.packString("off_heap").packBoolean(level.offHeap());
        out.packString("deserialized").packBoolean(level.deserialized());
        out.packString("replication").packInt(level.replication());
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("An answer could not be encoded", e);
    }
  }

  /**
   * Writes that something is refused.
   *
   * @param condition which of the known reasons it is
   * @param message for the user
   */
  public static byte[] encodeRefusal(String condition, String message) {
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      out.packMapHeader(2);
      out.packString("ok").packBoolean(false);
      out.packString("error").packMapHeader(2);
      out.packString("condition").packString(condition);
      out.packString("message").packString(message);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("An answer could not be encoded", e);
    }
  }

  private static void writeRows(MessageBufferPacker out, List<JobResult.ResultRow> rows)
      throws IOException {
    out.packString("results").packArrayHeader(rows.size());
    for (JobResult.ResultRow row : rows) {
      out.packArrayHeader(6);
      out.packInt(row.partition());
      writeBytes(out, row.inline());
      writeText(out, row.file() == null ? null : row.file().path());
      out.packLong(row.bytes());
      out.packLong(row.records());
      out.packLong(row.attempt());
    }
  }

  private static void writeAccumulators(MessageBufferPacker out, List<byte[]> updates)
      throws IOException {
    out.packString("accumulators").packArrayHeader(updates.size());
    for (byte[] update : updates) {
      writeBytes(out, update);
    }
  }

  private static void writeFailure(MessageBufferPacker out, JobFailure failure) throws IOException {
    out.packString("failure").packMapHeader(10);
    out.packString("kind").packString(failure.kind());
    out.packString("message").packString(failure.message());
    out.packString("job").packLong(failure.job());
    out.packString("stage").packInt(failure.stage());
    out.packString("partition").packInt(failure.partition());
    out.packString("attempt").packInt(failure.attempt());
    out.packString("attempts").packInt(failure.attempts());
    out.packString("site").packString(failure.site());
    out.packString("error");
    byte[] error = failure.error();
    if (error == null) {
      out.packNil();
    } else {
      out.writePayload(error); // a map already
    }
    out.packString("java");
    writeText(out, failure.java());
  }

  private static void writeBytes(MessageBufferPacker out, byte @Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      out.packNil();
    } else {
      out.packBinaryHeader(bytes.length);
      out.writePayload(bytes);
    }
  }

  private static void writeText(MessageBufferPacker out, @Nullable String text) throws IOException {
    if (text == null) {
      out.packNil();
    } else {
      out.packString(text);
    }
  }
}
