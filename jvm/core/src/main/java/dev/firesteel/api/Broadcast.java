package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.id.BroadcastId;
import dev.firesteel.interpreter.BroadcastReference;
import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.types.FiresteelException;
import java.io.IOException;
import java.io.ObjectInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A value that is sent to each machine once, and that all tasks there share. Nobody may change it.
 *
 * <pre>{@code
 * Broadcast<Map<String, Integer>> codes = sc.broadcast(map);
 * words.map(word -> codes.value().get(word));
 * }</pre>
 *
 * @param <T> the type of the value
 */
public final class Broadcast<T> implements BroadcastReference {
  private static final long serialVersionUID = 1L;

  private final int driver;
  private final long number;

  /** The driver's value; null in tasks, and when it has been destroyed. */
  private transient volatile @Nullable T value;

  private transient @Nullable FiresteelContext context;
  private transient @Nullable JavaTask task;

  Broadcast(FiresteelContext context, BroadcastId id, T value) {
    this.context = context;
    this.driver = id.driver();
    this.number = id.number();
    this.value = requireNonNull(value, "the value of a broadcast is null");
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    task = JavaTask.current();
  }

  @Override
  public BroadcastId broadcastId() {
    return new BroadcastId(driver, number);
  }

  /** Returns the number of the broadcast in its context. */
  public long id() {
    return number;
  }

  /**
   * Returns the value.
   *
   * @throws IllegalStateException when it has been destroyed
   */
  public T value() {
    T known = value;
    if (known != null) {
      return known;
    }
    JavaTask reader = task;
    if (reader == null) {
      throw new IllegalStateException("broadcast " + number + " has been destroyed");
    }
    try {
      T read = Unchecked.cast(reader.broadcast(broadcastId()));
      value = read;
      return read;
    } catch (IOException | ClassNotFoundException e) {
      throw new FiresteelException(
          "The value of broadcast %d can't be read: %s".formatted(number, e), e);
    }
  }

  /** Removes the value, and its file. Functions that use it can't be run any more. */
  public void destroy() {
    FiresteelContext of = context;
    if (of == null) {
      throw new IllegalStateException("a broadcast is destroyed by the driver, not by a task");
    }
    value = null;
    of.session().destroy(broadcastId(), this);
  }

  /** Returns the name of the broadcast. */
  @Override
  public String toString() {
    return "Broadcast[" + number + "]";
  }
}
