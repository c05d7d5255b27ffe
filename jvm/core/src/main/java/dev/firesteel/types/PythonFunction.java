package dev.firesteel.types;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Python function that a Java program names: one of a module, or one that a piece of source
 * defines. The interpreter of the workers finds it in each task ({@code spark.pyspark.python}, else
 * {@code PYSPARK_PYTHON}, else {@code python3}).
 *
 * <pre>{@code
 * PythonFunction score =
 *     PythonFunction.of("scoring:score").pythonPath("/opt/models").requirements("numpy>=1.24");
 * PythonFunction twice = PythonFunction.source("def twice(x): return 2 * x", "twice");
 * }</pre>
 *
 * <p>A module is searched for in {@link #pythonPath}, then where the interpreter searches (its
 * installed packages, {@code PYTHONPATH}), and last in the program's working directory.
 *
 * @param reference {@code module:function}; the function's name alone when there is a source
 * @param source the Python source that defines it, or null
 * @param pythonPath directories and archives that are searched for modules first
 * @param requirements what must be installed, such as {@code numpy>=1.24}
 */
public record PythonFunction(
    String reference, @Nullable String source, List<String> pythonPath, List<String> requirements)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  // Written out, because the compiler loses the annotations of a compact constructor's parameters.
  public PythonFunction(
      String reference,
      @Nullable String source,
      List<String> pythonPath,
      List<String> requirements) {
    this.reference = requireNonNull(reference, "reference is null");
    this.source = source;
    this.pythonPath = List.copyOf(pythonPath);
    this.requirements = List.copyOf(requirements);
    int colon = reference.indexOf(':');
    if (source == null && (colon < 1 || colon == reference.length() - 1)) {
      throw new IllegalArgumentException(
          "'%s' names no Python function: write it as 'module:function', or give its source with PythonFunction.source"
              .formatted(reference));
    }
  }

  /**
   * Returns a function of a module.
   *
   * @param reference {@code module:function}, such as {@code "scoring:score"} or {@code
   *     "pkg.scoring:Scorer.score"}
   */
  public static PythonFunction of(String reference) {
    return new PythonFunction(reference, null, List.of(), List.of());
  }

  /**
   * Returns a function that a piece of source defines. Its lines are shown in tracebacks.
   *
   * @param source Python source
   * @param name the name that it gives to the function
   */
  public static PythonFunction source(String source, String name) {
    return new PythonFunction(name, requireNonNull(source, "source is null"), List.of(), List.of());
  }

  /**
   * Returns this function with a path of its own.
   *
   * @param entries directories and archives that are searched for modules before all others
   */
  public PythonFunction pythonPath(String... entries) {
    return new PythonFunction(reference, source, List.of(entries), requirements);
  }

  /**
   * Returns this function with requirements. They are checked before it is called first; the error
   * names all that the interpreter lacks.
   *
   * @param wanted such as {@code "numpy>=1.24"}, {@code "pandas>=2,<3"} or {@code "requests"}
   */
  public PythonFunction requirements(String... wanted) {
    return new PythonFunction(reference, source, pythonPath, List.of(wanted));
  }
}
