package dev.firesteel.config;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The declaration of one configuration key: the one place that knows its type, default and meaning.
 *
 * @param name the key, {@code spark.…} only with Spark's meaning, else {@code firesteel.…}
 * @param type how its text is read
 * @param defaultText the text used when it is not set; null when there is no default
 * @param unit what the value is counted in, or an empty string
 * @param meaning one or two sentences for the documentation
 * @param since the first version of ours that honours it
 */
public record ConfigKey<T>(
    String name,
    ValueType<T> type,
    @Nullable String defaultText,
    String unit,
    String meaning,
    String since) {
  public ConfigKey {
    requireNonNull(name, "name is null");
    requireNonNull(type, "type is null");
    requireNonNull(unit, "unit is null");
    requireNonNull(meaning, "meaning is null");
    requireNonNull(since, "since is null");
  }

  /**
   * Reads a text as this key's value.
   *
   * @throws ConfigException naming the key, the text, what is expected, and an example
   */
  public T parse(String text) {
    try {
      return type.parse(text);
    } catch (IllegalArgumentException e) {
      String reason = e.getMessage();
      throw new ConfigException(
          "INVALID_CONFIG_VALUE",
          "%s is '%s', which is not %s%s. Set it to %s, for example --conf %s=%s"
              .formatted(
                  name,
                  text,
                  type.expected(),
                  reason == null || e instanceof NumberFormatException ? "" : " (" + reason + ")",
                  type.expected(),
                  name,
                  defaultText == null || defaultText.isEmpty() ? type.example() : defaultText));
    }
  }
}
