package dev.firesteel.interpreter.external;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A heap of sorted runs, for merging them: at the top is the one whose entry comes first, of equal
 * ones that of the earlier run.
 */
final class RunHeap<R extends RunHeap.Run> {
  private final Comparator<R> order;
  private final List<R> heap = new java.util.ArrayList<>();
  private final int[] number; // of the run at the same place

  /** Goes over the entries of a sorted run. */
  interface Run {
    /** Goes to the next entry, first of all to the first; false at the end. */
    boolean advance();
  }

  /** Merges the runs in this order; each is advanced to its first entry. */
  RunHeap(List<? extends R> runs, Comparator<R> order) {
    this.order = requireNonNull(order, "order is null");
    this.number = new int[runs.size()];
    for (int i = 0; i < runs.size(); i++) {
      R run = runs.get(i);
      if (run.advance()) {
        number[heap.size()] = i;
        heap.add(run);
      }
    }
    for (int i = heap.size() / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /** The run with the first entry, or null when all have ended. */
  @Nullable R top() {
    return heap.isEmpty() ? null : heap.get(0);
  }

  /** Goes on behind the entry at the top. */
  void next() {
    if (!heap.get(0).advance()) {
      int last = heap.size() - 1;
      heap.set(0, heap.get(last));
      number[0] = number[last];
      heap.remove(last);
    }
    if (!heap.isEmpty()) {
      sink(0);
    }
  }

  private boolean before(R one, int oneNumber, R other, int otherNumber) {
    int compared = order.compare(one, other);
    return compared < 0 || (compared == 0 && oneNumber < otherNumber);
  }

  private void sink(int from) {
    int size = heap.size();
    int at = from;
    R run = heap.get(at);
    int own = number[at];
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size
          && before(heap.get(child + 1), number[child + 1], heap.get(child), number[child])) {
        child++;
      }
      if (!before(heap.get(child), number[child], run, own)) {
        break;
      }
      heap.set(at, heap.get(child));
      number[at] = number[child];
      at = child;
    }
    heap.set(at, run);
    number[at] = own;
  }
}
