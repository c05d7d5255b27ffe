package dev.firesteel.apps;

import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.IntStream;

/** A format of a program's own: a split is a number, from which it counts down to 0. */
public final class CountdownFormat implements InputFormat {

  @Override
  public String name() {
    return "countdown";
  }

  @Override
  public Iterator<?> open(Split split, Map<String, String> options, Reading reading)
      throws IOException {
    int from = split.bytes()[0];
    reading.read(1);
    if (from > 100) {
      throw new IOException("nobody counts down from " + from);
    }
    return IntStream.rangeClosed(0, from)
        .mapToObj(
            i -> {
              if (from - i == 13) {
                throw new UncheckedIOException(new IOException("13 is not counted"));
              }
              return options.get("unit") + (from - i);
            })
        .iterator();
  }
}
