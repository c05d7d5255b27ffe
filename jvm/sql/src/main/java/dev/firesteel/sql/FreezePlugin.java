package dev.firesteel.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.spark.connect.proto.Relation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.connect.planner.SparkConnectPlanner;
import org.apache.spark.sql.connect.plugin.CommandPlugin;

/**
 * A command of Connect that analyses a relation now, and keeps the result under a name.
 *
 * <p>By itself Connect analyses a DataFrame again with each query, so that one made from a view
 * follows the view when that is replaced. Classic Spark analyses it once, when it is made; a
 * session that has views does the same with this command.
 *
 * <p>The command's value is the name, 32 characters, then the relation's bytes. Spark hands plugins
 * the bytes of a protobuf {@code Any}: field 1 is the type, field 2 the value.
 */
public final class FreezePlugin implements CommandPlugin {
  private static final String TYPE = "firesteel/freeze";
  private static final int NAME_LENGTH = 32;

  /** Makes the plugin; Spark does, by the class's name. */
  public FreezePlugin() {}

  @Override
  public boolean process(byte[] command, SparkConnectPlanner planner) {
    ByteBuffer bytes = ByteBuffer.wrap(command);
    String type = new String(field(bytes, 1), StandardCharsets.UTF_8);
    if (!type.equals(TYPE)) {
      return false;
    }
    ByteBuffer value = ByteBuffer.wrap(field(bytes, 2));
    byte[] name = new byte[NAME_LENGTH];
    value.get(name);
    byte[] relation = new byte[value.remaining()];
    value.get(relation);
    LogicalPlan plan = planner.transformRelation(parsed(relation));
    planner
        .sessionHolder()
        .cacheDataFrameById(
            new String(name, StandardCharsets.US_ASCII),
            Dataset$.MODULE$.ofRows(planner.session(), plan));
    return true;
  }

  private static Relation parsed(byte[] relation) {
    try {
      return Relation.parseFrom(relation);
    } catch (IOException e) {
      throw new UncheckedIOException("the relation to keep cannot be read", e);
    }
  }

  /** Reads a field of bytes; in an {@code Any} both are, and in order. */
  private static byte[] field(ByteBuffer bytes, int number) {
    int tag = varint(bytes);
    if (tag != (number << 3 | 2)) {
      throw new IllegalArgumentException("field " + number + " was to come, with tag " + tag);
    }
    byte[] found = new byte[varint(bytes)];
    bytes.get(found);
    return found;
  }

  private static int varint(ByteBuffer bytes) {
    int value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }
}
