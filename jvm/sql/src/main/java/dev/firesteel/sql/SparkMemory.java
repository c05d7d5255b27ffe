package dev.firesteel.sql;

import java.nio.ByteBuffer;
import org.apache.spark.storage.StorageUtils;

/** Spark's way to unmap a file at once, which the JDK leaves to the garbage collector. */
final class SparkMemory {
  private SparkMemory() {}

  /** Unmaps a mapped buffer; nobody may look at it afterwards. */
  static void unmap(ByteBuffer mapped) {
    StorageUtils.dispose(mapped);
  }
}
