package dev.firesteel.gateway;

import static java.util.Objects.requireNonNull;

import dev.firesteel.engine.Jars;
import dev.firesteel.interpreter.Closure;
import dev.firesteel.interpreter.ClosureFile;
import dev.firesteel.interpreter.Functions;
import dev.firesteel.interpreter.PartitionFunction;
import dev.firesteel.interpreter.Step;
import dev.firesteel.types.function.FilterFunction;
import dev.firesteel.types.function.FlatMapFunction;
import dev.firesteel.types.function.MapFunction;
import dev.firesteel.types.function.MapPartitionsFunction;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;

/**
 * The functions in Java that a driver in Python names by their class. An object of it is made here,
 * once, and sent to tasks as those of a Java program are.
 */
final class JavaFunctions {
  private final Jars jars;

  JavaFunctions(Jars jars) {
    this.jars = requireNonNull(jars, "jars is null");
  }

  /** A class that can't be used; the message is for the user. */
  static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message, Throwable cause) {
      super(message, cause);
    }

    UnusableException(String message) {
      super(message);
    }
  }

  /**
   * Writes the closure of one step.
   *
   * @param name the class
   * @param kind {@code map}, {@code flatMap}, {@code filter} or {@code mapPartitions}
   * @param site where the program called the operation
   * @param closure the closure's name
   * @param path its file, which does not exist yet
   * @throws UnusableException if the class can't be used for it
   */
  void write(String name, String kind, String site, String closure, Path path)
      throws IOException, UnusableException {
    PartitionFunction function = function(made(name, wanted(kind)), kind);
    byte[] serialized;
    try {
      serialized =
          ClosureFile.serialize(new Closure(List.of(new Step(kind + "Java", site, function))));
    } catch (NotSerializableException | InvalidClassException e) {
      throw new UnusableException(
          "the function %s can't be serialized (%s). It travels to tasks with all that it refers to: make its fields serializable, or transient and made in the task."
              .formatted(name, e),
          e);
    }
    ClosureFile.write(path, closure, serialized);
  }

  private static Class<?> wanted(String kind) {
    return switch (kind) {
      case "map" -> MapFunction.class;
      case "flatMap" -> FlatMapFunction.class;
      case "filter" -> FilterFunction.class;
      case "mapPartitions" -> MapPartitionsFunction.class;
      default -> throw new IllegalArgumentException("no kind of function: " + kind);
    };
  }

  @SuppressWarnings("unchecked") // what records are is the program's matter
  private static PartitionFunction function(Object made, String kind) {
    return switch (kind) {
      case "map" -> Functions.map((MapFunction<Object, Object>) made);
      case "flatMap" -> Functions.flatMap((FlatMapFunction<Object, Object>) made);
      case "filter" -> Functions.filter((FilterFunction<Object>) made);
      case "mapPartitions" -> Functions.mapPartitions((MapPartitionsFunction<Object, Object>) made);
      default -> throw new IllegalArgumentException("no kind of function: " + kind);
    };
  }

  private Object made(String name, Class<?> wanted) throws UnusableException {
    Class<?> type = type(name);
    if (!wanted.isAssignableFrom(type)) {
      throw new UnusableException(
          "the class %s does not implement %s".formatted(name, wanted.getName()));
    }
    if (Modifier.isAbstract(type.getModifiers())) {
      throw new UnusableException("the class " + name + " is abstract");
    }
    try {
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (NoSuchMethodException e) {
      throw new UnusableException(
          "the class " + name + " has no constructor without parameters", e);
    } catch (InvocationTargetException e) {
      throw new UnusableException(
          "the constructor of %s threw %s".formatted(name, e.getCause()), e);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new UnusableException(
          "no object of the class %s can be made: %s".formatted(name, e), e);
    }
  }

  private Class<?> type(String name) throws UnusableException {
    try {
      return Class.forName(name, true, jars.loader());
    } catch (ClassNotFoundException e) {
      List<String> added = jars.added();
      throw new UnusableException(
          "there is no class %s, neither on the engine's class path nor in %s. Add its jar with sc.addJar(path) or spark.jars; a class inside another is named Outer$Inner."
              .formatted(
                  name, added.isEmpty() ? "an added jar" : "the jars " + String.join(", ", added)),
          e);
    } catch (LinkageError e) {
      throw new UnusableException(
          "the class %s can't be loaded: %s. A jar that it needs may be missing."
              .formatted(name, e),
          e);
    }
  }
}
