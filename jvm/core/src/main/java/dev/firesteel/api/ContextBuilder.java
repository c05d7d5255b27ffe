package dev.firesteel.api;

import static java.util.Objects.requireNonNull;

import dev.firesteel.application.Application;
import dev.firesteel.application.ApplicationSettings;
import dev.firesteel.application.FoundPython;
import dev.firesteel.config.ConfigKeys;
import dev.firesteel.config.FiresteelConf;
import dev.firesteel.types.FiresteelException;
import dev.firesteel.util.Log;
import dev.firesteel.worker.WorkerException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of a context to start.
 *
 * <pre>{@code
 * FiresteelContext sc = FiresteelContext.builder()
 *     .master("local[4]").appName("words").conf("spark.local.dir", "/data/tmp").start();
 * }</pre>
 */
public final class ContextBuilder {
  private static final String APP_NAME = "spark.app.name";

  private final Map<String, String> conf = new LinkedHashMap<>();

  ContextBuilder() {}

  /**
   * Says where tasks run.
   *
   * @param master such as {@code local[2]} or {@code local[*]}
   * @return this
   */
  public ContextBuilder master(String master) {
    return conf(ConfigKeys.MASTER.name(), master);
  }

  /**
   * Gives the program a name.
   *
   * @param name the name
   * @return this
   */
  public ContextBuilder appName(String name) {
    return conf(APP_NAME, name);
  }

  /**
   * Sets a value; docs/configuration.md lists the keys.
   *
   * @param key the key
   * @param value its value
   * @return this
   */
  public ContextBuilder conf(String key, String value) {
    conf.put(requireNonNull(key, "key is null"), requireNonNull(value, "value is null"));
    return this;
  }

  /**
   * Sets several values.
   *
   * @param values by key
   * @return this
   */
  public ContextBuilder conf(Map<String, String> values) {
    values.forEach(this::conf);
    return this;
  }

  /**
   * Starts the context.
   *
   * @return a context to close
   * @throws dev.firesteel.config.ConfigException when a setting can't be used
   * @throws FiresteelException when the engine can't start
   */
  public FiresteelContext start() {
    conf.putIfAbsent(ConfigKeys.MASTER.name(), "local[*]");
    String name = conf.getOrDefault(APP_NAME, "a Java program");
    FiresteelConf given = new FiresteelConf(conf);
    Log.level(Log.Level.parse(given.get(ConfigKeys.LOG_LEVEL)));
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    ApplicationSettings settings =
        new ApplicationSettings(given, temporary, new FoundPython(given), false, loader());
    try {
      return new FiresteelContext(name, Application.start(settings), given);
    } catch (IOException | WorkerException e) {
      throw new FiresteelException("The engine can't start: " + e.getMessage(), e);
    }
  }

  private static ClassLoader loader() {
    ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
    return ofThread == null ? ContextBuilder.class.getClassLoader() : ofThread;
  }
}
