package dev.firesteel.interpreter;

import dev.firesteel.input.FileSplit;
import dev.firesteel.input.FileSplitter;
import dev.firesteel.input.InputFormat;
import dev.firesteel.input.Split;
import dev.firesteel.types.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Text files, a record for each: {@code wholeTextFiles}. A split is one or more files. */
public final class WholeTextFormat implements InputFormat {

  @Override
  public String name() {
    return "wholetext";
  }

  @Override
  public List<Split> splits(Wanted wanted) throws IOException {
    return FileSplit.encode(
        new FileSplitter(wanted.largest())
            .whole(wanted.paths(), wanted.directory(), wanted.minPartitions()));
  }

  @Override
  public Iterator<?> open(Split split, Map<String, String> options, Reading reading) {
    return FileSplit.decode(split).stream().map(file -> read(file, reading)).iterator();
  }

  private static Pair<String, String> read(FileSplit file, Reading reading) {
    reading.read(file.size());
    return Pair.of(file.uri(), new String(TextInput.content(file), StandardCharsets.UTF_8));
  }
}
