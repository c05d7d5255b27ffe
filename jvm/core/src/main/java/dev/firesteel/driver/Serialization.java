package dev.firesteel.driver;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.interpreter.BroadcastReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.Set;

/** Java's serialization of closures, which notes the broadcasts that are met on the way. */
final class Serialization {
  private Serialization() {}

  /** Bytes, and the broadcasts that the functions in them use. */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Serialized(byte[] bytes, Set<BroadcastId> broadcasts) {}

  /** Serializes a closure. */
  static Serialized serialize(Object closure) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 10);
    Set<BroadcastId> broadcasts = write(closure, bytes);
    return new Serialized(bytes.toByteArray(), broadcasts);
  }

  /** Serializes for nobody, to see whether it can be done. */
  static void tryOut(Object closure) throws IOException {
    write(closure, OutputStream.nullOutputStream());
  }

  private static Set<BroadcastId> write(Object closure, OutputStream to) throws IOException {
    try (Noting out = new Noting(to)) {
      out.writeObject(closure);
      return out.broadcasts;
    }
  }

  private static final class Noting extends ObjectOutputStream {
    final Set<BroadcastId> broadcasts = new LinkedHashSet<>();

    Noting(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (object instanceof BroadcastReference reference) {
        broadcasts.add(reference.broadcastId());
      }
      return object;
    }
  }
}
