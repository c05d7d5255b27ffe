package dev.firesteel.application;

import static java.util.Objects.requireNonNull;

import dev.firesteel.config.FiresteelConf;
import java.nio.file.Path;

/**
 * What an application is started with.
 *
 * @param conf its configuration
 * @param temporary the directory for temporary files, which holds the registry
 * @param python which Python runs its workers
 * @param pythonAtOnce whether the Python daemon is started with the application, rather than when
 *     the first task needs it
 * @param loader finds the program's classes, beside those of jars that are added
 */
public record ApplicationSettings(
    FiresteelConf conf,
    Path temporary,
    PythonSettings.Source python,
    boolean pythonAtOnce,
    ClassLoader loader) {
  public ApplicationSettings {
    requireNonNull(conf, "conf is null");
    requireNonNull(temporary, "temporary is null");
    requireNonNull(python, "python is null");
    requireNonNull(loader, "loader is null");
  }
}
