package dev.firesteel.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.SimpleFunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/**
 * The functions that spark-mllib adds to Spark's internal ones, made when a query first names one.
 *
 * <p>Spark makes them whenever a session starts, and finds their types with Scala's reflection:
 * that was 40 percent of what the main thread does until the server is ready. The functions and
 * their provider are Spark's own affair: they are named here only, as Spark 4.2 and 4.3 have them.
 * Beside another Spark they are made as it makes them.
 */
final class MlFunctions {
  private static final String PROVIDER = "org.apache.spark.sql.ml.InternalFunctionRegistration";
  private static final List<String> NAMES =
      List.of("vector_to_array", "array_to_vector", "aggregate_metrics");

  private MlFunctions() {}

  /** Returns what {@code start} does, and leaves the functions for later. */
  static <T> T leave(String version, Supplier<T> start) {
    if (!version.startsWith("4.2.") && !version.startsWith("4.3.")) {
      return start.get();
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(new Hiding(before));
    T started;
    try {
      started = start.get();
    } finally {
      thread.setContextClassLoader(before);
    }
    for (String name : NAMES) {
      FunctionRegistry$.MODULE$
          .internal()
          .createOrReplaceTempFunction(name, new Later(name), "internal");
    }
    return started;
  }

  /** Stands for a function until it is called, when Spark puts all of them in their places. */
  private static final class Later extends AbstractFunction1<Seq<Expression>, Expression> {
    private final FunctionIdentifier name;

    Later(String name) {
      this.name = new FunctionIdentifier(name);
    }

    @Override
    public Expression apply(Seq<Expression> given) {
      try {
        Class.forName(PROVIDER + "$"); // its initialisation does it, once
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException("this Spark has no spark-mllib", e);
      }
      SimpleFunctionRegistry internal = FunctionRegistry$.MODULE$.internal();
      if (internal.lookupFunctionBuilder(name).contains(this)) { // this Spark has it not
        internal.dropFunction(name);
      }
      return (Expression) internal.lookupFunction(name, given);
    }
  }

  /** Does not show the provider of these functions to who looks for providers. */
  private static final class Hiding extends ClassLoader {
    private static final String PROVIDERS =
        "META-INF/services/" + SparkSessionExtensionsProvider.class.getName();

    Hiding(ClassLoader parent) {
      super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      Enumeration<URL> found = super.getResources(name);
      if (!name.equals(PROVIDERS)) {
        return found;
      }
      List<URL> shown = new ArrayList<>();
      for (URL each : Collections.list(found)) {
        if (!namesIt(each)) {
          shown.add(each);
        }
      }
      return Collections.enumeration(shown);
    }

    private static boolean namesIt(URL file) throws IOException {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
        return lines.lines().anyMatch(PROVIDER::equals);
      }
    }
  }
}
