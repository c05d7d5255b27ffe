package dev.firesteel.interpreter;

import dev.firesteel.id.ShuffleId;
import dev.firesteel.records.TaskFault;
import dev.firesteel.shuffle.DamagedTableException;

/** The table of a shuffle is damaged: it is to be written again, and the task tried again. */
public final class CorruptTableException extends TaskFault {
  private static final long serialVersionUID = 1L;

  private final transient ShuffleId shuffle;

  CorruptTableException(DamagedTableException cause) {
    super(String.valueOf(cause.getMessage()), cause);
    this.shuffle = cause.shuffle();
  }

  public ShuffleId shuffle() {
    return shuffle;
  }
}
