package dev.firesteel.id;

/**
 * How a persisted RDD is kept. The fields are Spark's; Python blocks are always serialized.
 *
 * @param disk may be on disk
 * @param memory may be in the memory tier
 * @param offHeap outside the JVM's heap (Python blocks always are)
 * @param deserialized kept as objects (Java RDDs only)
 * @param replication how many copies
 */
public record StorageLevel(
    boolean disk, boolean memory, boolean offHeap, boolean deserialized, int replication) {

  public StorageLevel {
    if (replication < 1) {
      throw new IllegalArgumentException("replication is " + replication + ", must be at least 1");
    }
  }
}
