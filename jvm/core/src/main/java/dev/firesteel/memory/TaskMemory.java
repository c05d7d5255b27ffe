package dev.firesteel.memory;

import static java.util.Objects.requireNonNull;

/**
 * What one running task has of the heap. Its operators have a {@link Reservation} each, so that one
 * of them can spill while another is read. For the task's thread; {@link #close} may be called by
 * any.
 */
public final class TaskMemory implements AutoCloseable {
  private final HeapMemory memory;

  /** Guarded by the memory. */
  long held;

  TaskMemory(HeapMemory memory) {
    this.memory = requireNonNull(memory, "memory is null");
  }

  /** The room of an operator that begins now. */
  public Reservation reserve() {
    return new Reservation(this);
  }

  /** What it has, in bytes. */
  public long held() {
    return memory.held(this);
  }

  /** What an operator may hold without asking. */
  long floor() {
    return memory.floor();
  }

  /** The most that all tasks and cached objects together may have. */
  public long limit() {
    return memory.size();
  }

  /** An equal part of it, for one of as many tasks as can run at a time. */
  public long share() {
    return memory.share();
  }

  boolean acquire(long bytes) {
    return memory.acquire(this, bytes);
  }

  void release(long bytes) {
    memory.release(this, bytes);
  }

  /** The task has ended: gives everything back, also what operators forgot. */
  @Override
  public void close() {
    memory.end(this);
  }
}
