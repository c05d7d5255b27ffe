package dev.firesteel.scheduler;

import static java.util.Objects.requireNonNull;

/** An executor, and how many of its slots are free. Owned by the scheduler's thread. */
final class ExecutorSlots {
  final String id;
  final int slots;
  private int free;

  /** Whether the executor is gone: nothing can be asked of it any more. */
  boolean lost;

  ExecutorSlots(String id, int slots) {
    this.id = requireNonNull(id, "id is null");
    if (slots < 1) {
      throw new IllegalArgumentException("executor " + id + " has " + slots + " slots");
    }
    this.slots = slots;
    this.free = slots;
  }

  int free() {
    return free;
  }

  void take() {
    if (free == 0) {
      throw new IllegalStateException("executor " + id + " has no free slot");
    }
    free--;
  }

  void giveBack() {
    if (free == slots) {
      throw new IllegalStateException("executor " + id + " got back more slots than it has");
    }
    free++;
  }
}
