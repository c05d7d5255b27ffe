package dev.firesteel.interpreter;

import dev.firesteel.types.Pair;
import java.util.Iterator;

/** Pairs of the records at the same place of two sources, which must have as many. */
final class Zip implements Iterator<Object> {
  private final Iterator<?> left;
  private final Iterator<?> right;

  Zip(Iterator<?> left, Iterator<?> right) {
    this.left = left;
    this.right = right;
  }

  @Override
  public boolean hasNext() {
    boolean more = left.hasNext();
    if (more != right.hasNext()) {
      throw new UserFunctionException(
          "zip",
          "zip",
          null,
          new IllegalArgumentException(
              ("zip needs the same number of records in each partition of both RDDs; the "
                      + (more ? "left" : "right"))
                  + " one has more here. To pair by position whatever the partitions, join"
                  + " zipWithIndex() of both."));
    }
    return more;
  }

  @Override
  public Object next() {
    return new Pair<>(left.next(), right.next());
  }
}
