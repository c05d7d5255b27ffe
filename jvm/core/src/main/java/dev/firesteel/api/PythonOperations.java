package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.crossing.PythonStep;
import dev.firesteel.driver.CallSite;
import dev.firesteel.driver.CrossingNode;
import dev.firesteel.driver.DriverNode;
import dev.firesteel.driver.StepNode;
import dev.firesteel.lineage.Language;
import dev.firesteel.types.PythonFunction;
import org.jspecify.annotations.Nullable;

/**
 * The transformations whose functions are in Python. Workers run them; records go there and come
 * back as basic types: null, booleans, numbers, text, bytes, lists, maps, sets, pairs and tuples,
 * arrays, and values of {@code java.time}. Any other type is an error that names it.
 *
 * <p>Whole numbers come back as {@code Long} (or {@code BigInteger} beyond 64 bits), whatever they
 * were, and other numbers as {@code Double}. Neighbouring Python functions run in one worker
 * without a way back in between.
 *
 * @param <T> the type of the records
 */
abstract class PythonOperations<T> extends Outputs<T> {
  PythonOperations(FiresteelContext context, DriverNode node, @Nullable Spread spread) {
    super(context, node, spread);
  }

  /**
   * Makes one record of each by a Python function.
   *
   * @param <R> the type of the new records, as they come from Python
   * @param function {@code module:function}, such as {@code "scoring:score"}
   * @return an RDD of as many records
   */
  public <R> Rdd<R> mapPython(String function) {
    return python("map", "mapPython", PythonFunction.of(function));
  }

  /**
   * Makes one record of each by a Python function.
   *
   * @param <R> the type of the new records, as they come from Python
   * @param function takes a record and returns one
   * @return an RDD of as many records
   */
  public <R> Rdd<R> mapPython(PythonFunction function) {
    return python("map", "mapPython", function);
  }

  /**
   * Makes any number of records of each by a Python function.
   *
   * @param <R> the type of the new records, as they come from Python
   * @param function {@code module:function}
   * @return an RDD of all of them, in their order
   */
  public <R> Rdd<R> flatMapPython(String function) {
    return python("flatMap", "flatMapPython", PythonFunction.of(function));
  }

  /**
   * Makes any number of records of each by a Python function.
   *
   * @param <R> the type of the new records, as they come from Python
   * @param function takes a record and returns an iterable of records
   * @return an RDD of all of them, in their order
   */
  public <R> Rdd<R> flatMapPython(PythonFunction function) {
    return python("flatMap", "flatMapPython", function);
  }

  /**
   * Keeps the records for which a Python function is true. They come back in the types that {@link
   * #mapPython} gives, as they have been in Python.
   *
   * @param function {@code module:function}
   * @return an RDD of those records
   */
  public Rdd<T> filterPython(String function) {
    return python("filter", "filterPython", PythonFunction.of(function));
  }

  /**
   * Keeps the records for which a Python function is true.
   *
   * @param function takes a record; what it returns counts as Python's {@code if} has it
   * @return an RDD of those records
   */
  public Rdd<T> filterPython(PythonFunction function) {
    return python("filter", "filterPython", function);
  }

  /**
   * Makes records of all records of a partition by a Python function.
   *
   * @param <R> the type of the new records, as they come from Python
   * @param function {@code module:function}
   * @return an RDD of all of them
   */
  public <R> Rdd<R> mapPartitionsPython(String function) {
    return python("mapPartitions", "mapPartitionsPython", PythonFunction.of(function));
  }

  /**
   * Makes records of all records of a partition by a Python function.
   *
   * @param <R> the type of the new records, as they come from Python
   * @param function takes an iterator of records and returns an iterable of records
   * @return an RDD of all of them
   */
  public <R> Rdd<R> mapPartitionsPython(PythonFunction function) {
    return python("mapPartitions", "mapPartitionsPython", function);
  }

  private <R> Rdd<R> python(String kind, String operation, PythonFunction function) {
    requireNonNull(function, "function is null");
    String site = CallSite.of(operation);
    session().requireRunning(site);
    DriverNode parent = node();
    if (parent.language() != Language.PYTHON) {
      parent = new CrossingNode(session().nextNode(), site, parent, Language.PYTHON);
    }
    PythonStep step = new PythonStep(kind, function, site);
    return new Rdd<>(
        context, new StepNode(session().nextNode(), site, parent, Language.PYTHON, step), null);
  }
}
