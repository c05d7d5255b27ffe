package dev.firesteel.engine;

import java.io.IOException;
import java.util.List;

/** Where the classes of an application's functions are found. Thread-safe. */
public interface Jars {

  /** Returns what finds the classes. */
  ClassLoader loader();

  /**
   * Adds a jar, or a directory of classes. One that has been added stays where it is.
   *
   * @param place a path, or a {@code file:} URI
   * @throws IOException if it is not there, or is no jar; the message is for the user
   */
  void add(String place) throws IOException;

  /** Returns the jars that were added, for messages. */
  List<String> added();
}
