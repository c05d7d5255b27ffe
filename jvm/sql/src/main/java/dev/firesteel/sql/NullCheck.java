package dev.firesteel.sql;

import java.io.IOException;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Refuses a null where the schema says that there is none: Spark does not look for nulls there, and
 * would take the zero or the empty text behind it for a value.
 */
final class NullCheck {
  private NullCheck() {}

  /**
   * Looks at a loaded vector.
   *
   * @throws IOException naming the file and the column
   */
  static void require(String path, StructField field, ValueVector vector) throws IOException {
    boolean fine = field.nullable() || vector.getNullCount() == 0;
    if (!fine || !within(field.dataType(), vector)) {
      throw new IOException(
          path + " has a null in column " + field.name() + ", where the schema has none");
    }
  }

  private static boolean within(DataType type, ValueVector vector) {
    if (type instanceof StructType struct && vector instanceof StructVector parent) {
      for (int i = 0; i < struct.length(); i++) {
        ValueVector child = parent.getChildByOrdinal(i);
        StructField field = struct.apply(i);
        if (!(field.nullable() || onlyWhereParentIs(parent, child))
            || !within(field.dataType(), child)) {
          return false;
        }
      }
    } else if (type instanceof ArrayType array && vector instanceof ListVector list) {
      ValueVector elements = list.getDataVector();
      return (array.containsNull() || elements.getNullCount() == 0)
          && within(array.elementType(), elements);
    } else if (type instanceof MapType map && vector instanceof ListVector list) {
      StructVector entries = (StructVector) list.getDataVector();
      ValueVector keys = entries.getChildByOrdinal(0);
      ValueVector values = entries.getChildByOrdinal(1);
      return keys.getNullCount() == 0
          && (map.valueContainsNull() || values.getNullCount() == 0)
          && within(map.keyType(), keys)
          && within(map.valueType(), values);
    }
    return true;
  }

  /** A field of a struct that is null itself has no value to miss. */
  private static boolean onlyWhereParentIs(StructVector parent, ValueVector child) {
    if (child.getNullCount() == 0) {
      return true;
    }
    for (int row = 0; row < child.getValueCount(); row++) {
      if (child.isNull(row) && !parent.isNull(row)) {
        return false;
      }
    }
    return true;
  }
}
