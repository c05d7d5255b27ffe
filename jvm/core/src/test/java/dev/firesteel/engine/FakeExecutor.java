package dev.firesteel.engine;

import dev.firesteel.executor.Executor;
import dev.firesteel.id.Location;
import dev.firesteel.plan.Sink;
import dev.firesteel.task.BarrierCall;
import dev.firesteel.task.OutputFile;
import dev.firesteel.task.ShuffleReport;
import dev.firesteel.task.TaskDescription;
import dev.firesteel.task.TaskOutcome;
import dev.firesteel.task.TaskReport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** An executor whose tasks all succeed at once, on a thread of its own, unless they are held. */
final class FakeExecutor implements Executor {
  private final int slots;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Map<Long, Held> held = new ConcurrentHashMap<>();
  final BlockingQueue<TaskDescription> launched = new LinkedBlockingQueue<>();
  volatile boolean hold;
  volatile boolean refuse;
  final CountDownLatch closed = new CountDownLatch(1);
  private final String id;
  private volatile Consumer<String> lost;

  private record Held(TaskDescription task, Consumer<TaskOutcome> done) {}

  FakeExecutor(int slots) {
    this("fake", slots);
  }

  FakeExecutor(String id, int slots) {
    this.id = id;
    this.slots = slots;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public void onLost(Consumer<String> lost) {
    this.lost = lost;
  }

  /** It is gone: what it runs never ends. */
  void lose(String reason) {
    held.clear();
    lost.accept(reason);
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public void met(BarrierCall call, List<String> messages) {
    throw new AssertionError("no task of this executor waits for others: " + call);
  }

  @Override
  public void launch(TaskDescription task, Consumer<TaskOutcome> done, Consumer<BarrierCall> meet) {
    if (refuse) {
      throw new IllegalStateException("refused");
    }
    boolean holds = hold;
    if (holds) {
      held.put(task.attempt().id(), new Held(task, done));
    }
    launched.add(task);
    if (!holds) {
      thread.execute(() -> done.accept(new TaskOutcome.Succeeded(task.attempt(), report(task))));
    }
  }

  /** A task that is held succeeds. */
  void succeed(TaskDescription task) {
    Held ended = held.remove(task.attempt().id());
    thread.execute(
        () -> ended.done().accept(new TaskOutcome.Succeeded(task.attempt(), report(task))));
  }

  static TaskReport report(TaskDescription task) {
    if (task.plan().sink() instanceof Sink.ShuffleWrite write) {
      ShuffleReport sections =
          new ShuffleReport(
              new long[write.partitions()],
              new long[write.partitions()],
              new int[write.partitions()]);
      OutputFile file = new OutputFile(new Location.DiskFile("x", "/map"), 0, 0);
      return new TaskReport(null, file, sections, List.of(), 0, List.of(), Map.of());
    }
    byte[] result = {(byte) task.attempt().partition()};
    return new TaskReport(result, null, null, List.of(), 1, List.of(), Map.of());
  }

  @Override
  public void kill(long attemptId, String reason) {
    Held killed = held.remove(attemptId);
    if (killed != null) {
      thread.execute(
          () -> killed.done().accept(new TaskOutcome.Killed(killed.task().attempt(), reason)));
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.shutdown();
  }
}
