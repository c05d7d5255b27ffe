package dev.firesteel.task;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says about an attempt that failed.
 *
 * @param message the error's message in one line
 * @param error the FAILED frame's error map, still in MessagePack, passed on to the driver as it
 *     is; null if there is none
 * @param block the persisted block that was damaged, or null
 * @param mapOutput the map output that was damaged, or null
 */
public record FailureReport(
    FailureKind kind,
    String message,
    byte @Nullable [] error,
    BlockId.@Nullable Rdd block,
    BlockId.@Nullable ShuffleMap mapOutput) {
  // Written out, because the compiler loses the annotations of a compact constructor's parameters.
  public FailureReport(
      FailureKind kind,
      String message,
      byte @Nullable [] error,
      BlockId.@Nullable Rdd block,
      BlockId.@Nullable ShuffleMap mapOutput) {
    this.kind = requireNonNull(kind, "kind is null");
    this.message = requireNonNull(message, "message is null");
    this.error = error;
    this.block = block;
    this.mapOutput = mapOutput;
  }
}
