package dev.firesteel.worker;

import dev.firesteel.util.ProtocolException;

/**
 * The types of frames between the engine and its Python processes; the only place with their codes.
 */
public enum FrameType {
  /** Process → engine: who it is, and the secret. */
  HELLO(1),
  /** Engine → worker: a plan to carry out. */
  TASK(2),
  /** Worker → engine: the plan was carried out. */
  DONE(3),
  /** Process → engine: it could not be. */
  FAILED(4),
  /** Engine → daemon: fork workers. */
  FORK(5),
  /** Engine → daemon: end a worker. */
  KILL(6),
  /** Daemon → engine: a worker has ended. */
  DIED(7),
  /** Process → engine: ready for work. */
  READY(8),
  /** Worker → engine, in the middle of a task: it wants to write more into the memory tier. */
  SPACE(9),
  /** Engine → worker: how much more it may write. */
  GRANT(10),
  /** Worker → engine, in the middle of a task: it waits for the other tasks of a barrier stage. */
  MEET(11),
  /** Engine → worker: all are there, and this is what they said. */
  MET(12),
  /**
   * Reader of a crossing → its writer, either may be the worker: another batch is wanted, or no
   * more.
   */
  NEED(13),
  /** Writer of a crossing → its reader: a file with a batch, or the end. */
  BATCH(14);

  private static final FrameType[] BY_CODE = new FrameType[15];

  static {
    for (FrameType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /**
   * The type with a code.
   *
   * @throws ProtocolException when there is none
   */
  public static FrameType of(int code) {
    if (code < 1 || code >= BY_CODE.length) {
      throw new ProtocolException("There is no frame type " + code);
    }
    return BY_CODE[code];
  }
}
