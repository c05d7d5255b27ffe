package dev.firesteel.interpreter;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BlockId;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task has made of its plan.
 *
 * @param result the bytes of a small result, or null
 * @param file the file that the sink has written, or null
 * @param shuffle the sections of that file if it is a map output, or null
 * @param blocks the blocks that were materialized on the way
 * @param records how many records went into the sink
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record TaskOutput(
    byte @Nullable [] result,
    @Nullable File file,
    @Nullable ShuffleOutput shuffle,
    List<Block> blocks,
    long records) {
  public TaskOutput(
      byte @Nullable [] result,
      @Nullable File file,
      @Nullable ShuffleOutput shuffle,
      List<Block> blocks,
      long records) {
    this.result = result;
    this.file = file;
    this.shuffle = shuffle;
    this.blocks = List.copyOf(blocks);
    this.records = records;
  }

  /** A committed file. */
  public record File(Path path, long bytes, long records) {
    public File {
      requireNonNull(path, "path is null");
    }
  }

  /**
   * A block that is there.
   *
   * @param file its file, or null when it is objects, where its name leads
   */
  public record Block(BlockId.Rdd id, @Nullable Path file, long bytes, long records) {
    public Block {
      requireNonNull(id, "id is null");
    }
  }
}
