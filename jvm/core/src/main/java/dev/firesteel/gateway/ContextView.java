package dev.firesteel.gateway;

import static java.util.Objects.requireNonNull;

import dev.firesteel.application.Application;
import java.io.IOException;
import java.util.Map;

/**
 * The application as programs see it that reach for the Java side of a {@code SparkContext} ({@code
 * sc._jsc}): what they ask most often, under Spark's names. Called through Py4J.
 */
public final class ContextView {
  private final Application application;
  private final String version;

  ContextView(Application application, String version) {
    this.application = requireNonNull(application, "application is null");
    this.version = requireNonNull(version, "version is null");
  }

  /** This, as the context below a JavaSparkContext is asked for. */
  public ContextView sc() {
    return this;
  }

  /** The application's id. */
  public String applicationId() {
    return application.files().application();
  }

  /** The application's name. */
  public String appName() {
    return application.conf().values().getOrDefault("spark.app.name", "");
  }

  /** The master, as it was given. */
  public String master() {
    return application.master().text();
  }

  /** Firesteel's version. */
  public String version() {
    return version;
  }

  /** When the application was started, in milliseconds since 1970. */
  public long startTime() {
    return application.started();
  }

  /** True: tasks run on this machine. */
  public boolean isLocal() {
    return true;
  }

  /** How many tasks run at a time. */
  public int defaultParallelism() {
    return application.master().slots();
  }

  /** The settings, each by its key. */
  public Map<String, String> getConf() {
    return application.conf().values();
  }

  /**
   * Adds a jar, where functions in Java are found.
   *
   * @throws IOException if it is not there, or is no jar
   */
  public void addJar(String path) throws IOException {
    application.jars().add(path);
  }
}
