package dev.firesteel.sql;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.BufferLayout.BufferType;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Takes columns out of a batch, and verifies that what they say of their layout stays within their
 * buffers: Arrow's loader fills up what is short, and Spark follows offsets without a look. The
 * other columns are not looked at.
 *
 * <p>Arrow has a validation of its own, which takes maps and the largest decimals for damage.
 */
final class LayoutCheck {
  private final ArrowStreamFile file;
  private final List<ArrowFieldNode> nodes;
  private final List<ArrowBuf> buffers;
  private int node;
  private int buffer;

  private LayoutCheck(ArrowStreamFile file, ArrowRecordBatch batch) {
    this.file = file;
    this.nodes = batch.getNodes();
    this.buffers = batch.getBuffers();
  }

  /**
   * Takes columns, in the file's order.
   *
   * @return a batch of them, which the caller closes
   * @throws IOException when one is damaged
   */
  static ArrowRecordBatch take(ArrowStreamFile file, ArrowRecordBatch batch, Set<String> names)
      throws IOException {
    LayoutCheck check = new LayoutCheck(file, batch);
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    for (Field field : file.schema().getFields()) {
      int firstNode = check.node;
      int firstBuffer = check.buffer;
      if (names.contains(field.getName())) {
        check.verify(field, batch.getLength());
        nodes.addAll(check.nodes.subList(firstNode, check.node));
        buffers.addAll(check.buffers.subList(firstBuffer, check.buffer));
      } else {
        check.skip(field);
      }
    }
    return new ArrowRecordBatch(batch.getLength(), nodes, buffers);
  }

  private void skip(Field field) {
    node++;
    buffer += TypeLayout.getTypeBufferCount(field.getType());
    field.getChildren().forEach(this::skip);
  }

  /** Looks at a column of so many values. */
  private void verify(Field field, int values) throws IOException {
    ArrowFieldNode own = nodes.get(node++);
    if (own.getLength() != values) {
      throw file.damaged(field.getName() + " has " + own.getLength() + " values of " + values);
    }
    long end = values;
    boolean offsets = false;
    for (BufferLayout layout : TypeLayout.getTypeLayout(field.getType()).getBufferLayouts()) {
      ArrowBuf bytes = buffers.get(buffer++);
      if (layout.getType() == BufferType.OFFSET) {
        offsets = true;
        end = end(field, bytes, layout.getTypeBitWidth() / Byte.SIZE, values);
      } else {
        boolean absent = // where all values are there, or none is
            layout.getType() == BufferType.VALIDITY
                && bytes.capacity() == 0
                && (own.getNullCount() == 0 || own.getNullCount() == values);
        long needed = offsets ? end : bytes((long) values * layout.getTypeBitWidth());
        if (!absent && bytes.capacity() < needed) {
          throw file.damaged(
              field.getName() + " has " + bytes.capacity() + " bytes and needs " + needed);
        }
      }
    }
    for (Field child : field.getChildren()) {
      int there = nodes.get(node).getLength();
      if (offsets && there < end) {
        throw file.damaged(field.getName() + " has " + there + " elements and needs " + end);
      }
      verify(child, offsets ? there : values);
    }
  }

  private static long bytes(long bits) {
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** The last offset; none may go back. */
  private long end(Field field, ArrowBuf offsets, int width, int values) throws IOException {
    if (values == 0) {
      return 0; // there may be no offset at all
    }
    if (offsets.capacity() < (values + 1L) * width) {
      throw file.damaged(field.getName() + " has too few offsets");
    }
    long last = 0;
    for (long i = 0; i <= values; i++) {
      long next = width == Long.BYTES ? offsets.getLong(i * width) : offsets.getInt(i * width);
      if (next < last) {
        throw file.damaged(field.getName() + " has an offset of " + next + " after " + last);
      }
      last = next;
    }
    return last;
  }
}
