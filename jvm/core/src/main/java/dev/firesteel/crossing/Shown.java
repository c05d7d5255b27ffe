package dev.firesteel.crossing;

import org.jspecify.annotations.Nullable;

/** What a record looks like in an error, also when its own toString fails. */
final class Shown {
  private static final int LONGEST = 300;

  private Shown() {}

  static String shorten(@Nullable Object record) {
    String text;
    try {
      text = String.valueOf(record);
    } catch (RuntimeException | Error e) { // the user's own toString may do anything
      text = "a record whose toString threw " + e.getClass().getName();
    }
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
