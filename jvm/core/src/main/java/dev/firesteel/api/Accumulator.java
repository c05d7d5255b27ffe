package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.interpreter.JavaTask;
import dev.firesteel.interpreter.TaskAccumulator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A variable that tasks add to, and that the driver reads. Each task has a copy of its own, which
 * starts at zero; when the task has succeeded, what it added is merged into the driver's. It counts
 * once, however often the task was tried or computed again.
 *
 * <p>A class that extends this must be serializable, and is registered by {@link
 * FiresteelContext#register}.
 *
 * <pre>{@code
 * LongAccumulator bad = sc.longAccumulator("bad lines");
 * lines.foreach(line -> { if (line.isBlank()) bad.add(1L); });
 * bad.value();
 * }</pre>
 *
 * @param <IN> the type of what is added
 * @param <OUT> the type of the value
 */
public abstract class Accumulator<IN, OUT> implements TaskAccumulator {
  private static final long serialVersionUID = 1L;

  private long id = -1;
  private @Nullable String name;

  /** Whether this is the driver's own, which is sent to tasks as a copy without content. */
  private transient boolean ofDriver;

  /** Creates an accumulator that is not registered yet. */
  protected Accumulator() {}

  /** Returns whether nothing has been added. */
  @Override
  public abstract boolean isZero();

  /** Returns a new accumulator of the same kind to which nothing has been added. */
  public abstract Accumulator<IN, OUT> zero();

  /**
   * Adds a value.
   *
   * @param value the value
   */
  public abstract void add(IN value);

  /**
   * Adds all that has been added to another.
   *
   * @param other of the same class
   */
  public abstract void merge(Accumulator<IN, OUT> other);

  /** Returns the value: in the driver of all that counts, in a task of what the task added. */
  public abstract OUT value();

  /** Returns the number of the accumulator in its context. */
  public final long id() {
    return id;
  }

  /** Returns the accumulator's name, if it has one. */
  public final Optional<String> name() {
    return Optional.ofNullable(name);
  }

  final void registered(long number, @Nullable String given) {
    if (id >= 0) {
      throw new IllegalStateException(
          "This accumulator has been registered already, as number " + id);
    }
    id = number;
    name = given;
    ofDriver = true;
  }

  /** What is sent to a task is empty; what a task sends back is what it has. */
  protected final Object writeReplace() {
    if (!ofDriver) {
      if (id < 0) {
        throw new IllegalStateException(
            "A function uses an accumulator of %s that has not been registered. Call register of the context first."
                .formatted(getClass().getName()));
      }
      return this;
    }
    Accumulator<IN, OUT> copy = requireNonNull(zero(), "zero() returned null");
    if (!copy.isZero()) {
      throw new IllegalStateException(
          "zero() of %s returned one that is not zero".formatted(getClass().getName()));
    }
    copy.id = id;
    copy.name = name;
    return copy;
  }

  protected final Object readResolve() {
    JavaTask task = JavaTask.current();
    if (task != null) {
      task.accumulate(this);
    }
    return this;
  }

  /** Returns the name, or the class, and the value. */
  @Override
  public String toString() {
    return (name == null ? getClass().getSimpleName() : name) + ": " + value();
  }
}
