package dev.firesteel.records;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Stored bytes are missing, damaged, or not the ones that were asked for. */
public final class DamagedException extends TaskFault {
  private static final long serialVersionUID = 1L;

  private final String block;

  /**
   * What is wrong.
   *
   * @param block the name of the block
   * @param message such as {@code "The block rdd_0_1_2 ends inside batch 3"}
   */
  public DamagedException(String block, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.block = requireNonNull(block, "block is null");
  }

  /** The name of the block. */
  public String block() {
    return block;
  }
}
