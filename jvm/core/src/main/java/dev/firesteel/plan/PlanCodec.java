package dev.firesteel.plan;

import dev.firesteel.util.ProtocolException;
import java.io.IOException;
import java.util.List;
import org.msgpack.core.MessagePacker;

/**
 * Plans as MessagePack: an array of nodes, children first, the sink last. A node is an array whose
 * first element is the name of the record, and which names its children by their numbers: plans may
 * be thousands deep, and readers of MessagePack bound how far arrays are nested.
 */
public final class PlanCodec {
  private PlanCodec() {}

  /** Writes a plan. */
  public static void write(MessagePacker out, Sink plan) throws IOException {
    PlanWriter.write(out, plan);
  }

  /**
   * Reads a plan.
   *
   * @param nodes the array, decoded
   * @throws ProtocolException if it is no plan
   */
  public static Sink read(List<?> nodes) {
    return PlanReader.read(nodes);
  }
}
