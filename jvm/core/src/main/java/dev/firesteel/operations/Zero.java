package dev.firesteel.operations;

import dev.firesteel.interpreter.ClosureFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value that folds and aggregations start from. Each start gets a copy of its own, so that one
 * that is changed, such as a list, is not shared by keys or partitions.
 */
public final class Zero implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Types whose values nobody can change. */
  private static final Set<Class<?>> CONSTANT =
      Set.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Character.class,
          String.class);

  @SuppressWarnings("serial") // it must be serializable, which is checked when it is sent
  private final @Nullable Object value;

  private transient byte @Nullable [] serialized;

  /** A value of the user's. */
  public Zero(@Nullable Object value) {
    this.value = value;
  }

  /** Returns a value to start from. */
  @SuppressWarnings("NullAway") // null is a value like any other
  public Object fresh() throws IOException, ClassNotFoundException {
    Object original = value;
    if (original == null || CONSTANT.contains(original.getClass())) {
      return original;
    }
    byte[] bytes = serialized;
    if (bytes == null) {
      bytes = ClosureFile.serialize((Serializable) original);
      serialized = bytes;
    }
    ClassLoader own = original.getClass().getClassLoader();
    ClassLoader loader = own == null ? Thread.currentThread().getContextClassLoader() : own;
    return ClosureFile.deserialize(bytes, Object.class, loader);
  }
}
