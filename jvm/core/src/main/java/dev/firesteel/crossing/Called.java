package dev.firesteel.crossing;

import dev.firesteel.util.ProtocolException;

/** What pickles call for the values that have no opcode. Python has the same names. */
enum Called {
  /** The value itself, which was another type of the same meaning. */
  ITSELF("firesteel._data.exchange", "itself"),
  /** A date and a time, with an offset or a zone, or neither. */
  MOMENT("firesteel._data.exchange", "moment"),
  /** An array of numbers: its type's letter, and its bytes. */
  NUMBERS("firesteel._data.exchange", "numbers"),
  /** A map whose keys may be equal in Python. */
  TABLE("firesteel._data.exchange", "table"),
  /** A set whose elements may be equal in Python. */
  UNIQUE("firesteel._data.exchange", "unique"),
  /** Such a set, as an element or a key. */
  FROZEN("firesteel._data.exchange", "frozen"),
  DATE("datetime", "date"),
  TIME("datetime", "time"),
  DURATION("datetime", "timedelta"),
  DECIMAL("decimal", "Decimal");

  final String module;
  final String function;

  Called(String module, String function) {
    this.module = module;
    this.function = function;
  }

  static Called find(Object module, Object function) {
    for (Called each : values()) {
      if (each.module.equals(module) && each.function.equals(function)) {
        return each;
      }
    }
    throw new ProtocolException("A pickle calls %s.%s".formatted(module, function));
  }
}
