package dev.firesteel.driver;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.id.ClosureId;
import dev.firesteel.id.NodeId;
import dev.firesteel.id.ShuffleId;
import dev.firesteel.lineage.LineageUpdate.Held;
import dev.firesteel.lineage.LineageUpdate.Release;
import dev.firesteel.util.Threads;
import java.io.Closeable;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices when the collector has dropped what stood for something in the engine (an RDD, a
 * broadcast, an input), and says so. The thread is {@code firesteel-releases}; it waits for the
 * collector and then passes on all that there is at once.
 */
final class Releases implements Closeable {
  private final ReferenceQueue<Object> dropped = new ReferenceQueue<>();

  /** Keeps the references themselves alive. */
  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();

  private final Consumer<Release> tell;
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  private static final class Watched extends PhantomReference<Object> {
    final Object id;

    Watched(Object of, Object id, ReferenceQueue<Object> queue) {
      super(of, queue);
      this.id = id;
    }
  }

  /** A path of an input, or of a directory, of the driver's. */
  record InputPath(String path) {}

  /**
   * Watches nothing yet.
   *
   * @param tell takes what has been dropped, on this object's thread
   */
  Releases(Consumer<Release> tell) {
    this.tell = requireNonNull(tell, "tell is null");
  }

  void start() {
    thread = Threads.start("firesteel-releases", this::run);
  }

  /** Releases an id when nobody refers to an object any more. */
  void watch(Object object, Object id) {
    watched.add(new Watched(object, id, dropped));
  }

  private void run() {
    try {
      while (!closed) {
        List<Object> ids = new ArrayList<>();
        Reference<?> next = dropped.remove();
        while (next != null) {
          Watched gone = (Watched) next;
          watched.remove(gone);
          ids.add(gone.id);
          next = dropped.poll();
        }
        tell.accept(release(ids));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private static Release release(List<Object> ids) {
    return new Release(
        only(ids, NodeId.class),
        only(ids, ShuffleId.class),
        only(ids, ClosureId.class),
        only(ids, BroadcastId.class),
        only(ids, InputPath.class).stream().map(InputPath::path).toList(),
        List.of(),
        only(ids, Held.class));
  }

  private static <T> List<T> only(List<Object> ids, Class<T> type) {
    return ids.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
