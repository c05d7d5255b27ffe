package dev.firesteel.config;

/**
 * A configuration value that can't be used. The message names key, value, what is expected, and an
 * example.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String condition;

  public ConfigException(String condition, String message) {
    super(message);
    this.condition = condition;
  }

  /** The kind of error in capitals, such as {@code INVALID_CONFIG_VALUE}. */
  public String condition() {
    return condition;
  }
}
