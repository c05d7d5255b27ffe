package dev.firesteel.config;

import java.util.Locale;

/**
 * Sizes and durations as Spark writes them: a whole number with an optional unit directly behind
 * it, in any case. Fractions are refused, as Spark refuses them.
 */
public final class Quantities {
  private Quantities() {}

  /**
   * Reads a size.
   *
   * @param text such as {@code 64k}, {@code 512m}, {@code 2gb}
   * @param defaultUnit the unit of a bare number
   * @return bytes
   * @throws IllegalArgumentException when it is not a size, or more than a long can hold
   */
  public static long bytes(String text, String defaultUnit) {
    String trimmed = text.trim().toLowerCase(Locale.ROOT);
    int end = digits(trimmed);
    return multiply(
        trimmed.substring(0, end),
        bytesIn(end == trimmed.length() ? defaultUnit : trimmed.substring(end)));
  }

  /**
   * Reads a duration.
   *
   * @param text such as {@code 100ms}, {@code 10s}, {@code 2min}
   * @param defaultUnit the unit of a bare number
   * @return microseconds
   * @throws IllegalArgumentException when it is not a duration, or more than a long can hold
   */
  public static long micros(String text, String defaultUnit) {
    String trimmed = text.trim().toLowerCase(Locale.ROOT);
    int end = digits(trimmed);
    return multiply(
        trimmed.substring(0, end),
        microsIn(end == trimmed.length() ? defaultUnit : trimmed.substring(end)));
  }

  private static int digits(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    if (end < text.length() && text.charAt(end) == '.') {
      throw new IllegalArgumentException("fractions are not supported, take a smaller unit");
    }
    if (end == 0) {
      throw new IllegalArgumentException("it does not begin with a number");
    }
    return end;
  }

  private static long multiply(String number, long factor) {
    try {
      return Math.multiplyExact(Long.parseLong(number), factor);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("it is too large", e);
    }
  }

  private static long bytesIn(String unit) {
    switch (unit) {
      case "b":
        return 1L;
      case "k":
      case "kb":
        return 1L << 10;
      case "m":
      case "mb":
        return 1L << 20;
      case "g":
      case "gb":
        return 1L << 30;
      case "t":
      case "tb":
        return 1L << 40;
      case "p":
      case "pb":
        return 1L << 50;
      default:
        throw new IllegalArgumentException("there is no unit '" + unit + "'");
    }
  }

  private static long microsIn(String unit) {
    switch (unit) {
      case "us":
        return 1L;
      case "ms":
        return 1_000L;
      case "s":
        return 1_000_000L;
      case "m":
      case "min":
        return 60_000_000L;
      case "h":
        return 3_600_000_000L;
      case "d":
        return 86_400_000_000L;
      default:
        throw new IllegalArgumentException("there is no unit '" + unit + "'");
    }
  }
}
