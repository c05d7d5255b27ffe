package dev.firesteel.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How the text of a configuration value is read.
 *
 * @param <T> what it is read as
 */
public interface ValueType<T> {
  /** What a right text is, such as {@code "a whole number"}. */
  String expected();

  /** A right text. */
  String example();

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException when it is not what is expected
   */
  T parse(String text);

  /** Any text, as it is. */
  ValueType<String> TEXT =
      new ValueType<>() {
        @Override
        public String expected() {
          return "a text";
        }

        @Override
        public String example() {
          return "text";
        }

        @Override
        public String parse(String text) {
          return text;
        }
      };

  /** {@code true} or {@code false}, in any case. */
  ValueType<Boolean> FLAG =
      new ValueType<>() {
        @Override
        public String expected() {
          return "true or false";
        }

        @Override
        public String example() {
          return "true";
        }

        @Override
        public Boolean parse(String text) {
          String trimmed = text.trim();
          if (trimmed.equalsIgnoreCase("true")) {
            return true;
          }
          if (trimmed.equalsIgnoreCase("false")) {
            return false;
          }
          throw new IllegalArgumentException();
        }
      };

  /** A list separated by commas; blanks around an element, and empty elements, do not count. */
  ValueType<List<String>> LIST =
      new ValueType<>() {
        @Override
        public String expected() {
          return "a list separated by commas";
        }

        @Override
        public String example() {
          return "a,b";
        }

        @Override
        public List<String> parse(String text) {
          List<String> items = new ArrayList<>();
          for (String item : text.split(",", -1)) {
            if (!item.isBlank()) {
              items.add(item.trim());
            }
          }
          return List.copyOf(items);
        }
      };

  /** A whole number that is at least {@code least}. */
  static ValueType<Integer> atLeast(int least) {
    return new ValueType<>() {
      @Override
      public String expected() {
        return least == Integer.MIN_VALUE
            ? "a whole number"
            : "a whole number of at least " + least;
      }

      @Override
      public String example() {
        return Integer.toString(Math.max(least, 1));
      }

      @Override
      public Integer parse(String text) {
        int number = Integer.parseInt(text.trim());
        if (number < least) {
          throw new IllegalArgumentException("it is too small");
        }
        return number;
      }
    };
  }

  /** A number from 0 to 1. */
  ValueType<Double> SHARE =
      new ValueType<>() {
        @Override
        public String expected() {
          return "a number from 0 to 1";
        }

        @Override
        public String example() {
          return "0.5";
        }

        @Override
        public Double parse(String text) {
          double number = Double.parseDouble(text.trim());
          if (!(number >= 0 && number <= 1)) {
            throw new IllegalArgumentException("it is out of range");
          }
          return number;
        }
      };

  /** One of a few words, in any case; read as the word in capitals. */
  static ValueType<String> oneOf(String... words) {
    return new ValueType<>() {
      @Override
      public String expected() {
        return "one of " + String.join(", ", words);
      }

      @Override
      public String example() {
        return words[0];
      }

      @Override
      public String parse(String text) {
        String word = text.trim().toUpperCase(Locale.ROOT);
        if (!List.of(words).contains(word)) {
          throw new IllegalArgumentException();
        }
        return word;
      }
    };
  }

  /**
   * A size such as {@code 512m}, in bytes; a bare number counts in {@code unit} ({@code b}, {@code
   * k}, {@code m}…).
   */
  static ValueType<Long> bytes(String unit) {
    return new ValueType<>() {
      @Override
      public String expected() {
        return "a size (a whole number with b, k, m, g, t or p)";
      }

      @Override
      public String example() {
        return "512m";
      }

      @Override
      public Long parse(String text) {
        return Quantities.bytes(text, unit);
      }
    };
  }

  /**
   * A duration such as {@code 10s}, in milliseconds; a bare number counts in {@code unit} ({@code
   * ms}, {@code s}…).
   */
  static ValueType<Long> millis(String unit) {
    return new ValueType<>() {
      @Override
      public String expected() {
        return "a duration (a whole number with us, ms, s, m or min, h or d)";
      }

      @Override
      public String example() {
        return "10s";
      }

      @Override
      public Long parse(String text) {
        return Quantities.micros(text, unit) / 1_000;
      }
    };
  }
}
