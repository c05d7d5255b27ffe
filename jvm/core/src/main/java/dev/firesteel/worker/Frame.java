package dev.firesteel.worker;

import static java.util.Objects.requireNonNull;

import dev.firesteel.util.Fields;
import dev.firesteel.util.Msgpack;
import dev.firesteel.util.ProtocolException;

/** One message: its type, and a map in MessagePack. */
public record Frame(FrameType type, byte[] body) {
  public Frame {
    requireNonNull(type, "type is null");
    requireNonNull(body, "body is null");
  }

  /** The body's fields. */
  public Fields fields() {
    return Fields.of(Msgpack.unpack(body), type.name());
  }

  /**
   * This frame, provided that it has one type.
   *
   * @throws ProtocolException when it has another
   */
  public Frame expect(FrameType expected) {
    if (type != expected) {
      throw new ProtocolException("Expected a frame " + expected + ", and " + type + " came");
    }
    return this;
  }
}
