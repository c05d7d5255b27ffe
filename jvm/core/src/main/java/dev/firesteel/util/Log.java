package dev.firesteel.util;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The engine's log: lines with a level on standard error, which the driver forwards. No library: a
 * logging framework costs a third of the time that the whole engine takes to start.
 *
 * <p>A logger is named after the part that speaks, and may be used by any thread. The level is one
 * for the process; {@code WARN} until {@link #level(Level)} says otherwise.
 */
public final class Log {
  /** How much it matters, most talkative first. */
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF;

    /**
     * Reads a level's name as Spark does: any case, with {@code ALL} and {@code FATAL} as aliases.
     *
     * @throws IllegalArgumentException when there is no such level
     */
    public static Level parse(String text) {
      String name = text.trim().toUpperCase(Locale.ROOT);
      switch (name) {
        case "ALL":
          return TRACE;
        case "FATAL":
          return ERROR;
        default:
          return valueOf(name);
      }
    }
  }

  private static volatile Level threshold = Level.WARN;

  private final String name;

  private Log(String name) {
    this.name = requireNonNull(name, "name is null");
  }

  /** The log of one part of the engine, such as {@code "executor"}. */
  public static Log of(String name) {
    return new Log(name);
  }

  /** Sets the least level that is printed. */
  public static void level(Level level) {
    threshold = requireNonNull(level, "level is null");
  }

  /** Whether a line of this level would be printed. */
  public boolean enabled(Level level) {
    return level.compareTo(threshold) >= 0;
  }

  public void debug(String message) {
    print(Level.DEBUG, message, null);
  }

  public void info(String message) {
    print(Level.INFO, message, null);
  }

  public void warn(String message) {
    print(Level.WARN, message, null);
  }

  public void warn(String message, Throwable cause) {
    print(Level.WARN, message, cause);
  }

  public void error(String message) {
    print(Level.ERROR, message, null);
  }

  public void error(String message, Throwable cause) {
    print(Level.ERROR, message, cause);
  }

  private void print(Level level, String message, @Nullable Throwable cause) {
    if (!enabled(level)) {
      return;
    }
    StringBuilder line = new StringBuilder(80 + message.length());
    LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
    two(line, now.getYear() % 100).append('/');
    two(line, now.getMonthValue()).append('/');
    two(line, now.getDayOfMonth()).append(' ');
    two(line, now.getHour()).append(':');
    two(line, now.getMinute()).append(':');
    two(line, now.getSecond()).append(' ');
    line.append(level.name()).append(' ').append(name).append(": ").append(message);
    PrintStream out = System.err;
    synchronized (out) {
      out.println(line);
      if (cause != null) {
        cause.printStackTrace(out);
      }
      out.flush();
    }
  }

  private static StringBuilder two(StringBuilder line, int number) {
    if (number < 10) {
      line.append('0');
    }
    return line.append(number);
  }
}
