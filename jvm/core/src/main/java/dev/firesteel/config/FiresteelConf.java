package dev.firesteel.config;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The application's configuration as the driver sent it, read by declared keys. Immutable. */
public final class FiresteelConf {
  private static final String EXECUTOR_ENVIRONMENT = "spark.executorEnv.";

  private final Map<String, String> values;

  public FiresteelConf(Map<String, String> values) {
    this.values = Map.copyOf(requireNonNull(values, "values is null"));
  }

  /**
   * The value of a key, or its default.
   *
   * @throws ConfigException when the value can't be read, or is missing and there is no default
   */
  public <T> T get(ConfigKey<T> key) {
    String text = text(key);
    if (text == null) {
      throw new ConfigException(
          "MISSING_CONFIG_VALUE",
          "%s is not set, and has no default. Set it to %s, for example --conf %s=%s"
              .formatted(key.name(), key.type().expected(), key.name(), key.type().example()));
    }
    return key.parse(text);
  }

  /** The value of a key or its default, or nothing when there is neither. */
  public <T> Optional<T> find(ConfigKey<T> key) {
    String text = text(key);
    return text == null ? Optional.empty() : Optional.of(key.parse(text));
  }

  /** Variables that the user wants in the workers' environment: {@code spark.executorEnv.NAME}. */
  public Map<String, String> executorEnvironment() {
    Map<String, String> environment = new java.util.LinkedHashMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      if (entry.getKey().startsWith(EXECUTOR_ENVIRONMENT)) {
        environment.put(entry.getKey().substring(EXECUTOR_ENVIRONMENT.length()), entry.getValue());
      }
    }
    return environment;
  }

  /** Everything that was set, declared or not. */
  public Map<String, String> values() {
    return values;
  }

  private <T> @Nullable String text(ConfigKey<T> key) {
    String text = values.get(key.name());
    return text == null ? key.defaultText() : text;
  }
}
