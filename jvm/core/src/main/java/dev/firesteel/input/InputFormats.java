package dev.firesteel.input;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The input formats that there are, by name: those of the engine, and those of jars that the
 * application has added. Looked for when the first one is wanted, and again when jars have been
 * added. Thread-safe.
 */
public final class InputFormats {
  private volatile @Nullable Found found;

  /** The formats of a class loader. */
  private record Found(ClassLoader loader, Map<String, InputFormat> byName) {}

  /**
   * Returns a format.
   *
   * @param loader where the application's classes are found now
   * @throws IllegalArgumentException if there is none of that name
   */
  public InputFormat find(String name, ClassLoader loader) {
    Found known = found;
    if (known == null || known.loader() != loader) {
      known = new Found(loader, load(loader));
      found = known;
    }
    InputFormat format = known.byName().get(requireNonNull(name, "name is null"));
    if (format == null) {
      throw new IllegalArgumentException(
          ("There is no input format %s in Java; known are %s. A format comes in a jar whose"
                  + " META-INF/services/%s names its class.")
              .formatted(name, known.byName().keySet(), InputFormat.class.getName()));
    }
    return format;
  }

  private static Map<String, InputFormat> load(ClassLoader loader) {
    Map<String, InputFormat> byName = new LinkedHashMap<>();
    for (InputFormat format : ServiceLoader.load(InputFormat.class, loader)) {
      InputFormat other = byName.putIfAbsent(format.name(), format);
      if (other != null) {
        throw new IllegalArgumentException(
            "Two input formats are called %s: %s and %s"
                .formatted(format.name(), other.getClass(), format.getClass()));
      }
    }
    return byName;
  }
}
