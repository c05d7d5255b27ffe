package dev.firesteel.sql;

import java.io.IOException;
import java.util.function.IntToLongFunction;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.util.ValueVectorUtility;

/**
 * Verifies that what a loaded vector says of its own layout stays within its buffers. Spark follows
 * offsets without a look, so a damaged one would be a crash of the process, or somebody else's
 * bytes.
 *
 * <p>Arrow has a full validation of its own; it takes the largest decimals for damage, and makes an
 * object of each.
 */
final class LayoutCheck {
  private LayoutCheck() {}

  /**
   * Looks at a vector and those inside it.
   *
   * @throws IOException when it is damaged
   */
  static void require(ArrowStreamFile file, ValueVector vector) throws IOException {
    ValueVectorUtility.validate(vector); // the sizes of buffers
    requireOffsets(file, vector);
  }

  private static void requireOffsets(ArrowStreamFile file, ValueVector vector) throws IOException {
    int count = vector.getValueCount();
    if (vector instanceof BaseVariableWidthVector texts) {
      requireAscending(
          file,
          count,
          i -> texts.getOffsetBuffer().getInt((long) i * Integer.BYTES),
          texts.getDataBuffer().capacity());
    } else if (vector instanceof BaseLargeVariableWidthVector texts) {
      requireAscending(
          file,
          count,
          i -> texts.getOffsetBuffer().getLong((long) i * Long.BYTES),
          texts.getDataBuffer().capacity());
    } else if (vector instanceof ListVector list) {
      requireAscending(
          file,
          count,
          i -> list.getOffsetBuffer().getInt((long) i * Integer.BYTES),
          list.getDataVector().getValueCount());
      requireOffsets(file, list.getDataVector());
    } else if (vector instanceof StructVector struct) {
      for (ValueVector field : struct.getChildrenFromFields()) {
        if (field.getValueCount() != count) {
          throw file.damaged("a struct of " + count + " has a field of " + field.getValueCount());
        }
        requireOffsets(file, field);
      }
    }
  }

  private static void requireAscending(
      ArrowStreamFile file, int count, IntToLongFunction offset, long end) throws IOException {
    if (count == 0) {
      return; // there may be no offset at all
    }
    long last = 0;
    for (int i = 0; i <= count; i++) {
      long next = offset.applyAsLong(i);
      if (next < last) {
        throw file.damaged("an offset is " + next + ", after " + last);
      }
      last = next;
    }
    if (last > end) {
      throw file.damaged("an offset is " + last + ", and there are " + end);
    }
  }
}
