package dev.firesteel.sql;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Compares what a file has with the columns that the query was planned for. */
final class SchemaCheck {
  private SchemaCheck() {}

  /**
   * Requires that the file's columns are the expected ones, in their order.
   *
   * @throws IOException naming the file and the first column that is another
   */
  static void require(String path, Schema expected, Schema found) throws IOException {
    List<Field> wanted = expected.getFields();
    List<Field> there = found.getFields();
    if (wanted.size() != there.size()) {
      throw new IOException(
          path + " has " + there.size() + " columns, and the schema " + wanted.size());
    }
    for (int i = 0; i < wanted.size(); i++) {
      Field want = wanted.get(i);
      Field have = there.get(i);
      if (!want.getName().equals(have.getName()) || !same(want, have)) {
        throw new IOException(
            path + ": column " + (i + 1) + " is " + have + ", and the schema has " + want);
      }
    }
  }

  private static boolean same(Field want, Field have) {
    if (have.getDictionary() != null
        || !same(want.getType(), have.getType())
        || want.getChildren().size() != have.getChildren().size()) {
      return false;
    }
    for (int i = 0; i < want.getChildren().size(); i++) {
      Field wanted = want.getChildren().get(i);
      Field there = have.getChildren().get(i);
      boolean named = want.getType() instanceof ArrowType.Struct && !isEntries(want);
      if (!same(wanted, there) || (named && !wanted.getName().equals(there.getName()))) {
        return false;
      }
    }
    return true;
  }

  /** A map's entries are a struct whose names every writer chooses. */
  private static boolean isEntries(Field struct) {
    return struct.getName().equals("entries");
  }

  /** The same, or stored in another width or time zone that changes no value. */
  private static boolean same(ArrowType want, ArrowType have) {
    if (want instanceof ArrowType.Timestamp wanted && have instanceof ArrowType.Timestamp there) {
      return wanted.getUnit() == there.getUnit()
          && (wanted.getTimezone() == null) == (there.getTimezone() == null);
    }
    return want.equals(have)
        || (want instanceof ArrowType.Utf8 && have instanceof ArrowType.LargeUtf8)
        || (want instanceof ArrowType.Binary && have instanceof ArrowType.LargeBinary)
        || (want instanceof ArrowType.Map && have instanceof ArrowType.Map);
  }
}
